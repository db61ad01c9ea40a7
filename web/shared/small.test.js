import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { forgetAgent } from './agent-storage.js';
import { DeskError } from './desk-error.js';
import { sentenceFor } from './error-sentences.js';
import { makeFormat } from './format.js';
import { openIdentity } from './guest-identity.js';
import { makeClientId } from './ids.js';
import { isBlank } from './is-blank.js';
import { linkParts } from './links.js';
import { memoryStorage, openStorage } from './storage.js';
import { storedValue } from './stored-value.js';

describe('clientId', () => {
  test('sorts by time, has at most 64 characters and is never the same', () => {
    const times = [0, 1, 35, 36, 1.7e12, 1.7e12 + 1, 4e12];
    const ids = times.map((time) => makeClientId(time));
    assert.deepEqual([...ids].sort(), ids);
    assert.ok(ids.every((id) => /^[0-9a-z]{21}$/.test(id)));
    assert.equal(new Set(Array.from({ length: 1000 }, () => makeClientId(5))).size, 1000);
  });
});

test('a text of nothing but spaces and characters that are never drawn is blank', () => {
  const blank = ['', ' \n\t', '\u200b', '\u2060 \ufeff\u00ad', '\u3164', '\u0007'];
  const visible = ['a', '\u200b.', '🐦', '👩\u200d🚀'];
  assert.deepEqual([...blank, ...visible].filter(isBlank), blank);
});

describe('links', () => {
  const hrefs = (text) => linkParts(text).filter(({ href }) => href).map(({ text: shown }) => shown);

  test('are http, https, mailto and plain addresses', () => {
    const both = ['http://a.example/x?y=1#z', 'HTTPS://b.example'];
    assert.deepEqual(hrefs(`see ${both.join(' and ')}`), both);
    assert.deepEqual(linkParts('me@example.com')[0], { text: 'me@example.com', href: 'mailto:me@example.com' });
    assert.deepEqual(hrefs('mailto:me@example.com'), ['mailto:me@example.com']);
  });

  test('are never anything that runs', () => {
    const others = ['vbscript:x', 'file:///etc/passwd', 'ftp://a.example', '//a.example'];
    for (const text of ['javascript:alert(1)', 'data:text/html,x', ...others]) {
      assert.deepEqual(linkParts(text), [{ text }]);
    }
    assert.deepEqual(hrefs('javascript:location="https://a.example"'), ['https://a.example']);
  });

  test('leave the punctuation of the sentence outside', () => {
    assert.deepEqual(hrefs('(https://a.example/x).'), ['https://a.example/x']);
    const both = ['https://a.example/Foo_(bar)', 'https://b.example'];
    assert.deepEqual(hrefs('https://a.example/Foo_(bar), or "https://b.example"!'), both);
  });

  test('lose no character of the text', () => {
    for (const text of ['', 'plain', 'a https://a.example. b\nhttps://b.example', 'https://', 'https://[']) {
      assert.equal(linkParts(text).map((part) => part.text).join(''), text);
    }
  });

  test('are found in time that grows with the text, not with its square', () => {
    const start = performance.now();
    linkParts('a.'.repeat(2000) + ')'.repeat(2000) + 'https://' + '('.repeat(3000) + ')'.repeat(3900));
    assert.ok(performance.now() - start < 200);
  });
});

describe('times', () => {
  const format = makeFormat({ locale: 'en-GB', timeZone: 'Europe/Berlin' });
  const now = Date.parse('2026-03-10T12:00:00Z');

  test('in lists are as short as their age allows', () => {
    const short = (time) => format.short(time, now);
    assert.equal(short('2026-03-10T11:59:40Z'), 'now');
    assert.match(short('2026-03-10T11:55:00Z'), /^5\s?m/);
    assert.match(short('2026-03-10T09:00:00Z'), /^3\s?h/);
    assert.equal(short('2026-03-08T12:00:00Z'), 'Sun');
    assert.equal(short('2026-02-08T12:00:00Z'), '8 Feb');
    assert.equal(short('2025-02-08T12:00:00Z'), '8 Feb 2025');
  });

  test('belong to the days of the reader', () => {
    assert.equal(format.dayKey('2026-03-09T23:30:00Z'), '2026-03-10');
    assert.equal(format.dayName('2026-03-09T23:30:00Z', now), 'Today');
    assert.equal(format.dayName('2026-03-09T12:00:00Z', now), 'Yesterday');
    assert.match(format.dayName('2026-03-02T12:00:00Z', now), /^Monday,? 2 March$/);
    assert.equal(format.clock('2026-03-10T09:05:00Z'), '10:05');
  });

  test('of a server whose clock is ahead are still now', () => {
    assert.equal(format.short('2026-03-10T12:00:20Z', now), 'now');
  });
});

describe('storage', () => {
  test('is memory where the browser refuses it', () => {
    const storage = openStorage('localStorage', { get localStorage() { throw new Error('refused'); } });
    storage.setItem('a', '1');
    assert.equal(storage.getItem('a'), '1');
    storage.removeItem('a');
    assert.equal(storage.getItem('a'), null);
  });

  test('values survive what cannot be read or written', () => {
    const storage = { getItem: () => '{broken', setItem() { throw new Error('full'); } };
    const value = storedValue(storage, 'k', []);
    assert.deepEqual(value.get(), []);
    value.set([1]);
    assert.deepEqual(value.get(), [1]);
    const memory = memoryStorage();
    storedValue(memory, 'k', []).set([2]);
    assert.deepEqual(storedValue(memory, 'k', []).get(), [2]);
  });

  test('forgets an agent and nothing else', () => {
    const storage = { 'martlet.agent.a.drafts': '1', 'martlet.other': '1', removeItem(key) { delete this[key]; } };
    forgetAgent([storage]);
    assert.deepEqual(Object.keys(storage).sort(), ['martlet.other', 'removeItem']);
  });
});

describe('a guest', () => {
  test('always has a token to show, even an empty one', () => {
    const identity = openIdentity(memoryStorage(), 'default');
    assert.equal(identity.auth().guestToken, '');
    identity.adopt('secret');
    assert.equal(identity.auth().guestToken, 'secret');
  });

  test('is the same after a reload, with the same conversation', () => {
    const storage = memoryStorage();
    const identity = openIdentity(storage, 'default');
    identity.adopt('secret');
    identity.remember('t');
    const again = openIdentity(storage, 'default');
    assert.deepEqual([again.auth().guestToken, again.ticketId], ['secret', 't']);
    again.remember(null);
    assert.equal(openIdentity(storage, 'default').ticketId, null);
  });

  test('of one site is not that of another', () => {
    const storage = memoryStorage();
    openIdentity(storage, 'default').remember('t');
    assert.deepEqual([openIdentity(storage, 'default').ticketId, openIdentity(storage, 'shop').ticketId], ['t', null]);
  });

  test('of two tabs is the one who opened a ticket', () => {
    const storage = memoryStorage();
    const [one, two] = [openIdentity(storage, 'default'), openIdentity(storage, 'default')];
    one.adopt('first');
    two.adopt('second');
    one.remember('t');
    assert.equal(two.reload(), true);
    assert.equal(two.auth().guestToken, 'first');
    assert.equal(two.reload(), false);
  });

  test('becomes whom a site vouches for in another tab, unless another is vouched for here', () => {
    const [storage, page] = [memoryStorage(), new EventTarget()];
    globalThis.addEventListener = (...listener) => page.addEventListener(...listener);
    const heard = [];
    const elsewhere = (oldValue, newValue, key = 'martlet.default.guest') =>
      page.dispatchEvent(Object.assign(new Event('storage'), { key, oldValue, newValue }));
    const identity = openIdentity(storage, 'default');
    identity.follow(() => heard.push('ticket'), () => heard.push(identity.auth().guestToken));
    identity.adopt('mine');
    elsewhere('another', 'verified');
    elsewhere('mine', 'verified', 'martlet.shop.guest');
    elsewhere('mine', '');
    assert.deepEqual(heard, []);
    elsewhere('mine', 'verified');
    assert.deepEqual(heard, ['verified']);
    identity.identity = { id: 'somebody' };
    elsewhere('verified', 'somebody else');
    assert.deepEqual(heard, ['verified']);
  });

  test('keeps its token in memory where the browser refuses', () => {
    const identity = openIdentity({ getItem: () => null, setItem() { throw new Error('full'); } }, 'default');
    identity.adopt('secret');
    assert.equal(identity.auth().guestToken, 'secret');
  });
});

describe('errors', () => {
  test('are told in sentences and never in the words of the server', () => {
    const refusals = ['invalid', 'unauthorized', 'forbidden', 'not_found', 'closed', 'conflict'];
    const troubles = ['rate_limited', 'too_large', 'unavailable', 'timeout', 'disconnected', 'something_else'];
    for (const code of [...refusals, ...troubles]) {
      const sentence = sentenceFor(new DeskError({ code, message: 'SQLITE_BUSY' }));
      assert.match(sentence, /^[A-Z].*\.$/);
      assert.doesNotMatch(sentence, /SQLITE/);
    }
    assert.match(sentenceFor(new DeskError({ code: 'invalid', field: 'text' })), /4,000/);
    assert.match(sentenceFor(new DeskError({ code: 'rate_limited', retryAfterMs: 600000 })), /10 minutes/);
  });
});
