import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openIdentity } from '../shared/guest-identity.js';
import { memoryStorage } from '../shared/storage.js';
import { takeOver } from './former-keys.js';
import { inkOn } from './ink.js';
import { asPage, asText, readAll } from './transcript.js';

/** Relative luminance and contrast by WCAG 2.2. */
function luminance(color) {
  const [red, green, blue] = color.match(/\w\w/g).map((part) => {
    const value = parseInt(part, 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
const contrast = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);

test('text on any colour that a site chooses has a contrast of 4.5:1', () => {
  for (let red = 0; red < 256; red += 15) {
    for (let green = 0; green < 256; green += 5) {
      for (let blue = 0; blue < 256; blue += 15) {
        const color = `#${[red, green, blue].map((value) => value.toString(16).padStart(2, '0')).join('')}`;
        const ink = inkOn(color) === '#fff' ? 1 : 0;
        assert.ok(contrast(luminance(color), ink) >= 4.5, `${color}: ${contrast(luminance(color), ink)}`);
      }
    }
  }
});

test('a guest of the default site brings along what lay under its former names, unless it is talking already', () => {
  const storage = memoryStorage();
  const former = { guest: 'secret', ticket: 't', 'guest.outbox': '[]' };
  for (const [key, value] of Object.entries(former)) storage.setItem(`martlet.default.${key}`, value);
  takeOver(storage);
  const identity = openIdentity(storage);
  assert.deepEqual([identity.auth().guestToken, identity.ticketId], ['secret', 't']);
  assert.ok(!storage.keys().some((key) => key.startsWith('martlet.default.')));
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
