import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as model from './conversation.js';

const ticket = (fields = {}) => ({
  ticketId: 't', number: 1, status: 'open', lastSeq: 0, version: 1, reads: { guest: 0, agents: 0 }, ...fields,
});
const message = (seq, fields = {}) => ({
  messageId: `m${seq}`, ticketId: 't', seq, senderId: 'g', senderRole: 'guest', senderName: 'Guest',
  text: `text ${seq}`, timestamp: '2026-03-01T10:00:00.000Z', ...fields,
});
const seqs = (conversation) => conversation.messages.map(({ seq }) => seq);
const entry = { clientId: 'c1', text: 'hello', at: '2026-03-01T10:00:00.000Z' };
const guest = model.emptyConversation('guest');

describe('messages', () => {
  test('are in the order of seq, whatever order they come in', () => {
    let conversation = guest;
    for (const seq of [2, 3, 1]) conversation = model.withMessages(conversation, [message(seq)]);
    assert.deepEqual(seqs(conversation), [1, 2, 3]);
  });

  test('that come twice are kept once, also within one page', () => {
    const once = model.withMessages(guest, [message(1), message(1), message(2)]);
    assert.deepEqual(seqs(once), [1, 2]);
    assert.equal(model.withMessages(once, [message(2)]), once);
  });

  test('end the typing of who sent them', () => {
    const typing = model.withTyping(guest, { userId: 'a', role: 'agent', name: 'Anna', typing: true }, 0);
    assert.equal(model.withMessages(typing, [message(1, { senderId: 'a' })]).typing.length, 0);
    assert.equal(model.withMessages(typing, [message(1)]).typing.length, 1);
  });

  test('are not changed in place', () => {
    const before = model.withMessages(guest, [message(1)]);
    model.withMessages(before, [message(2)]);
    assert.deepEqual(seqs(before), [1]);
  });
});

describe('pending messages', () => {
  const pending = model.withPending(guest, entry);

  test('wait until an ack or an echo brings the stored one', () => {
    assert.equal(model.nextToSend(pending).clientId, 'c1');
    const stored = model.withMessages(pending, [message(1, { clientId: 'c1' })]);
    assert.equal(stored.pending.length, 0);
    assert.deepEqual(seqs(stored), [1]);
    assert.equal(model.withMessages(stored, [message(1, { clientId: 'c1' })]), stored);
  });

  test('are settled by a message that was known already', () => {
    const late = model.withPending(model.withMessages(guest, [message(1, { clientId: 'c1' })]), entry);
    const settled = model.withMessages(late, [message(1, { clientId: 'c1' })]);
    assert.equal(settled.pending.length, 0);
    assert.deepEqual(seqs(settled), [1]);
  });

  test('of the same clientId are one', () => {
    assert.equal(model.withPending(pending, entry), pending);
  });

  test('that failed keep their text, and wait again after a retry', () => {
    const failed = model.withFailure(pending, 'c1', { code: 'too_large' });
    assert.equal(model.nextToSend(failed), undefined);
    assert.equal(failed.pending[0].text, 'hello');
    const retried = model.withFailure(failed, 'c1');
    assert.equal(model.nextToSend(retried).error, undefined);
    assert.equal(model.withoutPending(retried, 'c1').pending.length, 0);
  });

  test('go out in the order they were written', () => {
    const two = model.withPending(pending, { ...entry, clientId: 'c2' });
    assert.equal(model.nextToSend(two).clientId, 'c1');
    assert.equal(model.nextToSend(model.withFailure(two, 'c1', {})).clientId, 'c2');
  });
});

describe('gaps', () => {
  test('a jump in seq is missing something until it is filled', () => {
    const jumped = model.withMessages(guest, [message(1), message(2), message(5)]);
    assert.equal(model.contiguousSeq(jumped), 2);
    assert.equal(model.isMissing(jumped), true);
    const filled = model.withMessages(jumped, [message(3), message(4)]);
    assert.equal(model.contiguousSeq(filled), 5);
    assert.equal(model.isMissing(filled), false);
  });

  test('a new conversation whose first messages did not come is missing them', () => {
    assert.equal(model.isMissing(model.withMessages(guest, [message(3)])), true);
  });

  test('the ticket tells of messages that nobody delivered', () => {
    const known = model.withMessages(model.withTicket(guest, ticket({ lastSeq: 1 })), [message(1)]);
    assert.equal(model.isMissing(known), false);
    assert.equal(model.isMissing(model.withTicket(known, ticket({ lastSeq: 2, version: 2 }))), true);
  });

  test('what is older than the newest page is not missing, only older', () => {
    const page = { ticket: ticket({ lastSeq: 60 }), messages: [message(59), message(60)] };
    const conversation = model.withNewestPage(guest, page);
    assert.equal(model.isMissing(conversation), false);
    assert.equal(model.hasOlder(conversation), true);
    const older = model.withMessages(conversation, Array.from({ length: 58 }, (_, index) => message(index + 1)));
    assert.equal(model.hasOlder(older), false);
    assert.equal(model.contiguousSeq(older), 60);
  });

  test('an empty conversation has nothing older and misses nothing', () => {
    const empty = model.withNewestPage(guest, { ticket: ticket(), messages: [] });
    assert.deepEqual([model.hasOlder(empty), model.isMissing(empty), model.contiguousSeq(empty)], [false, false, 0]);
  });

  test('a message that came before the first page leaves no hole', () => {
    const early = model.withMessages(guest, [message(61)]);
    const page = { ticket: ticket({ lastSeq: 60 }), messages: [message(59), message(60)] };
    const conversation = model.withNewestPage(early, page);
    assert.equal(model.contiguousSeq(conversation), 61);
    assert.equal(model.isMissing(conversation), false);
  });

  test('a page of messages that are all here hides none that is older', () => {
    const heard = model.withMessages(guest, [message(1), message(2), message(3)]);
    const page = { ticket: ticket({ lastSeq: 3 }), messages: [message(2), message(3)] };
    const conversation = model.withNewestPage(heard, page);
    assert.deepEqual([model.hasOlder(conversation), model.contiguousSeq(conversation)], [false, 3]);
  });
});

describe('the ticket', () => {
  test('of an older version changes nothing', () => {
    const closed = model.withTicket(guest, ticket({ status: 'closed', version: 3 }));
    assert.equal(model.isClosed(model.withTicket(closed, ticket({ version: 2 }))), true);
  });

  test('remembers who closed it until it is open again', () => {
    const anna = { userId: 'a', role: 'agent', name: 'Anna' };
    const closed = model.withTicket(guest, ticket({ status: 'closed', version: 2 }), anna);
    const again = model.withTicket(closed, ticket({ status: 'closed', version: 2 }));
    assert.equal(again.closedBy, anna);
    assert.equal(model.withTicket(again, ticket({ version: 3 })).closedBy, undefined);
  });
});

describe('reads', () => {
  const own = model.withMessages(guest, [message(1), message(2), message(3, { senderRole: 'admin', senderId: 'a' })]);

  test('only grow', () => {
    const read = model.withReads(own, { agents: 2 });
    assert.equal(model.withReads(read, { agents: 1 }), read);
  });

  test('come with the ticket too, even one of an older version', () => {
    const known = model.withTicket(own, ticket({ version: 5 }));
    const read = model.withTicket(known, ticket({ version: 4, reads: { guest: 3, agents: 2 } }));
    assert.deepEqual(read.reads, { guest: 3, agents: 2 });
  });

  test('leave unread what the other side wrote since', () => {
    assert.equal(model.unreadCount(own), 1);
    assert.equal(model.unreadCount(model.withReads(own, { guest: 3 })), 0);
    assert.equal(model.unreadCount({ ...own, side: 'agents' }), 2);
  });
});

describe('typing', () => {
  const anna = { userId: 'a', role: 'agent', name: 'Anna', typing: true };

  test('expires 5 s after the last word of it', () => {
    const typing = model.withTyping(guest, anna, 1000);
    assert.equal(model.withTyping(typing, null, 5999), typing);
    assert.equal(model.withTyping(typing, null, 6000).typing.length, 0);
    const again = model.withTyping(typing, anna, 4000);
    assert.equal(again.typing.length, 1);
    assert.equal(model.withTyping(again, null, 6000), again);
  });

  test('ends when the other says so', () => {
    const typing = model.withTyping(guest, anna, 0);
    assert.equal(model.withTyping(typing, { ...anna, typing: false }, 1).typing.length, 0);
    assert.equal(model.withTyping(guest, { ...anna, typing: false }, 1), guest);
  });
});
