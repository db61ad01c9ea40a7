import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as model from './ticket-list.js';

const at = (minute) => `2026-03-01T10:${String(minute).padStart(2, '0')}:00.000Z`;
const ticket = (number, fields = {}) => ({
  ticketId: `t${number}`, number, status: 'open', createdAt: at(0), lastMessageAt: at(number), lastSeq: 1, version: 1,
  lastText: 'x', reads: { guest: 1, agents: 0 }, ...fields,
});
const counts = { mine: 1, unassigned: 2, open: 3, closed: 4 };
const page = (tickets, next) => ({ tickets, next, counts });
const first = { isFirst: true };
const load = (tickets, next) => model.withPage(model.emptyList('me'), 'open', page(tickets, next), first);
const numbers = (list, view = 'open') => model.visibleTickets(list, view).map(({ number }) => number);

describe('views', () => {
  test('show the newest activity first', () => {
    const list = load([ticket(1), ticket(3), ticket(2)]);
    assert.deepEqual(numbers(list), [3, 2, 1]);
    const activity = { ticketId: 't1', lastSeq: 2, lastMessageAt: at(9), lastText: 'new', senderRole: 'guest', version: 2 };
    assert.deepEqual(numbers(model.withActivity(list, activity)), [1, 3, 2]);
  });

  test('are filters over the same tickets', () => {
    const list = load([ticket(1, { assigneeId: 'me' }), ticket(2), ticket(3, { assigneeId: 'you' }), ticket(4, { status: 'closed' })]);
    const loaded = Object.keys(model.VIEWS).reduce((all, view) => model.withPage(all, view, page([]), first), list);
    assert.deepEqual(Object.keys(model.VIEWS).map((view) => numbers(loaded, view)), [[1], [2], [3, 2, 1], [4]]);
  });

  test('show nothing older than their last page while there is more', () => {
    const list = model.withPage(load([ticket(9), ticket(8)], 'next'), 'mine', page([ticket(2, { assigneeId: 'me' })]), first);
    assert.deepEqual(numbers(list), [9, 8]);
    const more = model.withPage(list, 'open', page([ticket(7)]), { isFirst: false });
    assert.deepEqual(numbers(more), [9, 8, 7, 2]);
  });

  test('start again from the first page after a reconnect', () => {
    const list = model.withPage(load([ticket(9)], 'a'), 'open', page([ticket(8)], 'b'), { isFirst: false });
    const again = model.withPage(list, 'open', page([ticket(10), ticket(9)], 'c'), first);
    assert.deepEqual(numbers(again), [10, 9]);
    assert.equal(again.views.open.next, 'c');
  });
});

describe('counts', () => {
  const list = load([ticket(1), ticket(2, { assigneeId: 'me' })]);

  test('follow what happens to known tickets', () => {
    const mine = model.withTicket(list, ticket(1, { assigneeId: 'me', version: 2 }));
    assert.deepEqual(mine.counts, { mine: 2, unassigned: 1, open: 3, closed: 4 });
    const closed = model.withTicket(mine, ticket(1, { assigneeId: 'me', status: 'closed', version: 3 }));
    assert.deepEqual(closed.counts, { mine: 1, unassigned: 1, open: 2, closed: 5 });
  });

  test('count an ack and its event once', () => {
    const news = ticket(1, { status: 'closed', version: 2 });
    assert.deepEqual(model.withTicket(model.withTicket(list, news), news).counts.closed, 5);
  });

  test('grow by a new ticket, once', () => {
    const news = ticket(5);
    const one = model.withTicket(list, news, { isNew: true });
    assert.deepEqual(one.counts, { mine: 1, unassigned: 3, open: 4, closed: 4 });
    assert.deepEqual(model.withTicket(one, news, { isNew: true }).counts, one.counts);
  });

  test('have to be asked for when an unknown ticket changed', () => {
    assert.equal(model.withTicket(list, ticket(7)).isCountStale, true);
    assert.equal(model.withTicket(list, ticket(7), { isFetched: true }).isCountStale, false);
    assert.deepEqual(model.withCounts(model.withTicket(list, ticket(7)), counts).isCountStale, false);
  });
});

describe('tickets', () => {
  const list = load([ticket(1, { version: 5, lastSeq: 4 })]);

  test('of an older version are ignored', () => {
    assert.equal(model.withTicket(list, ticket(1, { version: 4, status: 'closed' })), list);
  });

  test('keep newer messages than an event knows of', () => {
    const moved = model.withMessage(list, { ticketId: 't1', seq: 5, timestamp: at(30), text: 'newer', senderRole: 'guest' });
    const merged = model.withTicket(moved, ticket(1, { version: 6, lastSeq: 4, assigneeId: 'me' })).tickets.get('t1');
    assert.deepEqual([merged.lastSeq, merged.lastText, merged.assigneeId], [5, 'newer', 'me']);
  });

  test('take no old activity and none of unknown tickets', () => {
    assert.equal(model.withActivity(list, { ticketId: 't1', lastSeq: 4 }), list);
    assert.equal(model.withActivity(list, { ticketId: 't9', lastSeq: 1 }), list);
  });

  test('show the first 120 characters of a message, whole characters', () => {
    const long = { ticketId: 't1', seq: 5, timestamp: at(30), text: '🐦'.repeat(200), senderRole: 'guest' };
    assert.equal(model.withMessage(list, long).tickets.get('t1').lastText, '🐦'.repeat(120));
  });
});

describe('unread', () => {
  const unread = (fields) => model.isUnread(ticket(1, { lastSeq: 3, ...fields }));

  test('is what no agent has seen', () => {
    assert.equal(unread({}), true);
    assert.equal(unread({ reads: { guest: 0, agents: 3 } }), false);
  });

  test('is not what an agent wrote', () => {
    assert.equal(unread({ lastSenderRole: 'agent' }), false);
    assert.equal(unread({ lastSenderRole: 'guest' }), true);
  });

  test('is what the server says as long as nothing is newer', () => {
    assert.equal(unread({ unread: 0 }), false);
    assert.equal(unread({ unread: 2 }), true);
    const list = load([ticket(1, { unread: 0, lastSeq: 3 })]);
    const news = { ticketId: 't1', seq: 4, timestamp: at(9), text: 'x', senderRole: 'guest' };
    assert.equal(model.isUnread(model.withMessage(list, news).tickets.get('t1')), true);
  });

  test('ends when it is read here, for good', () => {
    const read = model.withRead(load([ticket(1, { lastSeq: 3 })]), 't1', 3);
    assert.equal(model.isUnread(read.tickets.get('t1')), false);
    const late = model.withTicket(read, ticket(1, { lastSeq: 3, version: 2 }));
    assert.equal(model.isUnread(late.tickets.get('t1')), false);
  });
});
