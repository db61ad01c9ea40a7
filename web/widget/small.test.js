import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { asPage, asText, readAll } from './transcript.js';

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
