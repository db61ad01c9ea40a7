import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openIdentity } from '../shared/guest-identity.js';
import { memoryStorage } from '../shared/storage.js';
import { takeOver } from './former-keys.js';
import { asPage, asText, readAll } from './transcript.js';

test('a guest of the default site brings along what lay under its former names, unless it is talking already', () => {
  const kept = new Map();
  const storage = memoryStorage(kept);
  const former = { guest: 'secret', ticket: 't', 'guest.outbox': '[]' };
  for (const [key, value] of Object.entries(former)) storage.setItem(`martlet.default.${key}`, value);
  takeOver(storage);
  const identity = openIdentity(storage);
  assert.deepEqual([identity.auth().guestToken, identity.ticketId], ['secret', 't']);
  assert.ok(![...kept.keys()].some((key) => key.startsWith('martlet.default.')));
  storage.setItem('martlet.default.ticket', 'other');
  takeOver(storage);
  assert.equal(openIdentity(storage, 'default').ticketId, 't');
});

describe('a transcript', () => {
  const line = ({ from, text }) => [from, text];
  const messages = [{ from: 'You', text: 'a < b & "c"' }, { from: 'Ada', text: '<script>alert(1)</script>\nline two' }];

  test('is everything, page by page', async () => {
    const asked = [];
    const all = Array.from({ length: 450 }, (_, index) => ({ seq: index + 1 }));
    const client = {
      async history(ticketId, { afterSeq, limit }) {
        asked.push([ticketId, afterSeq]);
        return { messages: all.slice(afterSeq, afterSeq + limit), hasMore: afterSeq + limit < all.length };
      },
    };
    assert.deepEqual(await readAll(client, 't'), all);
    assert.deepEqual(asked, [['t', 0], ['t', 200], ['t', 400]]);
  });

  test('as text has what was written', () => {
    assert.equal(asText(messages, line), 'You\na < b & "c"\n\nAda\n<script>alert(1)</script>\nline two');
  });

  test('as a page runs nothing of it', () => {
    const page = asPage(messages, line, 'Help <me>');
    assert.doesNotMatch(page, /<script|<me>/);
    assert.match(page, /a &#60; b &#38; &#34;c&#34;/);
    assert.match(page, /<title>Help &#60;me&#62;<\/title>/);
  });
});
