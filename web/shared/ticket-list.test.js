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
    const news = { lastSeq: 2, lastMessageAt: at(9), lastText: 'new', senderRole: 'guest', version: 2 };
    const activity = { ticketId: 't1', ...news };
    assert.deepEqual(numbers(model.withActivity(list, activity)), [1, 3, 2]);
  });

  test('are filters over the same tickets', () => {
    const all = [
      ticket(1, { assigneeId: 'me' }), ticket(2), ticket(3, { assigneeId: 'you' }), ticket(4, { status: 'closed' }),
    ];
    const loaded = Object.entries(model.VIEWS).reduce(
      (list, [name, view]) => model.withPage(list, name, page(all.filter((one) => view.has(one, 'me'))), first),
      model.emptyList('me'),
    );
    assert.deepEqual(Object.keys(model.VIEWS).map((view) => numbers(loaded, view)), [[1], [2], [3, 2, 1], [4]]);
  });

  test('show nothing older than their last page while there is more', () => {
    const mine = page([ticket(2, { assigneeId: 'me' })]);
    const list = model.withPage(load([ticket(9), ticket(8)], 'next'), 'mine', mine, first);
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

describe('a first page', () => {
  const before = load([ticket(9), ticket(8), ticket(7), ticket(3)]);

  test('drops what has left the view, down to its oldest ticket', () => {
    const list = model.withPage(before, 'open', page([ticket(9), ticket(7)], 'next'), first);
    assert.deepEqual([...list.tickets.keys()], ['t9', 't7', 't3']);
    assert.deepEqual(numbers(model.withPage(before, 'open', page([ticket(9)]), first)), [9]);
  });

  test('spares what is newer than the request', () => {
    const assigned = model.withTicket(before, ticket(8, { assigneeId: 'me', version: 2 }));
    const moved = model.withTicket(assigned, ticket(10), { isNew: true });
    const list = model.withPage(moved, 'open', page([ticket(9)]), { ...first, since: before });
    assert.deepEqual(numbers(list), [10, 9, 8]);
  });

  test('after missed events is all that is known, with its counts, and other views are asked for anew', () => {
    const closed = model.withPage(before, 'closed', page([ticket(1, { status: 'closed' })]), first);
    const list = model.withPage(closed, 'open', page([ticket(9), ticket(8)]), { ...first, isRefresh: true });
    assert.deepEqual([...list.tickets.keys()], ['t9', 't8']);
    assert.deepEqual([list.views.open.isLoaded, list.views.closed.isLoaded], [true, false]);
    const late = model.withTicket(list, ticket(7, { status: 'closed', version: 3 }), { isFetched: true });
    assert.deepEqual([late.counts, late.isCountStale], [counts, false]);
  });
});

describe('the title', () => {
  const label = (tickets, next) => model.waitingLabel(load(tickets, next));

  test('counts the unread ones that wait for this agent, as far as they are known', () => {
    const others = [ticket(3, { assigneeId: 'you' }), ticket(4, { lastSenderRole: 'agent' })];
    assert.equal(label([ticket(1), ticket(2, { assigneeId: 'me' }), ...others]), '2');
    assert.equal(label([ticket(1)], 'next'), '1+');
    assert.equal(label(others), '');
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
    const moved = ticket(1, { assigneeId: 'me', version: 2 });
    assert.equal(model.withTicket(list, moved, { isFetched: true }).isCountStale, true);
  });
});

describe('tickets', () => {
  const list = load([ticket(1, { version: 5, lastSeq: 4 })]);

  test('of an older version are ignored', () => {
    assert.equal(model.withTicket(list, ticket(1, { version: 4, status: 'closed' })), list);
  });

  test('keep newer messages than an event knows of', () => {
    const news = { ticketId: 't1', seq: 5, timestamp: at(30), text: 'newer', senderRole: 'guest' };
    const moved = model.withMessage(list, news);
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
