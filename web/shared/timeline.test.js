import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyConversation, withFailure, withMessages, withPending, withTicket } from './conversation.js';
import { timeline } from './timeline.js';

const dayOf = (timestamp) => timestamp.slice(0, 10);
const message = (seq, time, fields = {}) => ({
  messageId: `m${seq}`, seq, senderId: 'g', senderRole: 'guest', senderName: 'Guest', text: 'x',
  timestamp: `2026-03-${time}.000Z`, ...fields,
});
const guest = emptyConversation('guest');
const rows = (conversation) => timeline(conversation, dayOf);
const messages = (conversation) => rows(conversation).filter(({ kind }) => kind === 'message');

test('each day begins with a separator', () => {
  const times = ['01T10:00:00', '01T11:00:00', '02T10:00:00'];
  const conversation = withMessages(guest, times.map((time, index) => message(index + 1, time)));
  assert.deepEqual(rows(conversation).map(({ kind }) => kind), ['day', 'message', 'message', 'day', 'message']);
});

test('messages of one sender within 5 minutes are one group, with the time at its end', () => {
  const anna = { senderId: 'a', senderRole: 'agent', senderName: 'Anna' };
  const conversation = withMessages(guest, [
    message(1, '01T10:00:00'), message(2, '01T10:01:00'),
    message(3, '01T10:01:30', anna), message(4, '01T10:07:00', anna),
  ]);
  assert.deepEqual(messages(conversation).map((row) => row.isContinued), [false, true, false, false]);
  assert.deepEqual(messages(conversation).map((row) => row.isEnd), [false, true, true, true]);
});

test('two agents are two groups', () => {
  const agent = (senderId) => ({ senderId, senderRole: 'agent' });
  const conversation = withMessages(emptyConversation('agents'), [
    message(1, '01T10:00:00', agent('a')), message(2, '01T10:00:01', agent('b')),
  ]);
  assert.deepEqual(messages(conversation).map((row) => row.isContinued), [false, false]);
});

test('a bubble keeps its key when it is stored, and waiting ones come last', () => {
  const pending = withPending(guest, { clientId: 'c', text: 'x', at: '2026-03-01T10:00:00.000Z' });
  const before = messages(withMessages(pending, [message(1, '01T10:05:00')]));
  assert.deepEqual(before.map(({ key }) => key), ['m1', 'c']);
  const after = messages(withMessages(pending, [message(1, '01T10:00:01', { clientId: 'c' })]));
  assert.deepEqual(after.map(({ key, state }) => [key, state]), [['c', 'stored']]);
});

test('a failed message cannot be sent again while the ticket is closed', () => {
  const failed = withFailure(withPending(guest, { clientId: 'c', text: 'x', at: '2026-03-01T10:00:00.000Z' }), 'c', {});
  assert.equal(messages(failed)[0].isLocked, false);
  const closed = withTicket(failed, { status: 'closed', version: 1, lastSeq: 0 });
  assert.equal(messages(closed)[0].isLocked, true);
});

test('what waits is held while there is no connection, and what failed is not', () => {
  const pending = ['a', 'b'].reduce(
    (conversation, clientId) => withPending(conversation, { clientId, text: 'x', at: '2026-03-01T10:00:00.000Z' }),
    guest,
  );
  const held = (isLost) =>
    timeline(withFailure(pending, 'a', {}), dayOf, isLost).flatMap((row) => (row.kind === 'day' ? [] : row.isHeld));
  assert.deepEqual([held(true), held(false)], [[false, true], [false, false]]);
});
