import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, mock, test } from 'node:test';
import { AgentClient } from './agent-client.js';
import { openChat } from './chat.js';
import { DeskClient } from './desk-client.js';
import { GuestClient } from './guest-client.js';
import { openOutbox } from './outbox.js';
import { memoryStorage } from './storage.js';

const SESSION = { userId: 'g', role: 'guest', name: '' };
const settle = async () => {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
};

/** Takes the place of socket.js: answers come from `replies`, by event, in turn. */
class FakeSocket {
  state = 'stopped';
  requests = [];
  emitted = [];
  restarts = 0;
  replies = {};
  emit(event, payload) {
    this.emitted.push([event, payload]);
  }
  restart() {
    this.restarts += 1;
  }
  async request(event, payload) {
    this.requests.push([event, JSON.parse(JSON.stringify(payload))]);
    const reply = this.replies[event].length > 1 ? this.replies[event].shift() : this.replies[event][0];
    return typeof reply === 'function' ? reply(payload) : reply;
  }
  up() {
    this.state = 'connected';
    this.onState('connected');
    this.onEvent('session', SESSION);
  }
  down() {
    this.state = 'waiting';
    this.onState('waiting');
  }
  named(event) {
    return this.requests.filter(([name]) => name === event).map(([, payload]) => payload);
  }
}

const ticket = (fields) => ({
  ticketId: 't', status: 'open', lastSeq: 0, version: 1, reads: { guest: 0, agents: 0 }, ...fields,
});
const message = (seq, fields) => ({
  messageId: `m${seq}`, ticketId: 't', seq, senderId: 'a', senderRole: 'agent', senderName: 'Anna', text: `${seq}`,
  timestamp: '2026-03-01T10:00:00.000Z', ...fields,
});
const page = (messages, fields) => ({
  ok: true, hasMore: false, messages, ticket: ticket({ lastSeq: messages.at(-1)?.seq ?? 0, ...fields }),
});
const unanswered = (code) => ({ error: { code, isUnanswered: true } });
const refuse = (code, fields) => ({ ok: false, error: { code, message: 'x', ...fields } });

globalThis.addEventListener = () => {};
let socket;
let client;
let outbox;

function makeChat(ticketId) {
  return openChat({ client, side: 'guest', ticketId, outbox });
}

/** Stores as the server does: a known clientId gives the same message. */
function storing(first = 1) {
  const known = new Map();
  return ({ text, clientId }) => {
    if (!known.has(clientId)) {
      known.set(clientId, message(first + known.size, { senderId: 'g', senderRole: 'guest', text, clientId }));
    }
    return { ok: true, message: known.get(clientId) };
  };
}

beforeEach(() => {
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now: 1e12 });
  socket = new FakeSocket();
  client = new AgentClient(socket);
  outbox = openOutbox({ storage: memoryStorage(), key: 'outbox' });
});
afterEach(() => mock.timers.reset());

describe('the first message', () => {
  beforeEach(() => (client = new GuestClient(socket)));

  test('opens the ticket; what follows goes into it, in order', async () => {
    const store = storing();
    socket.replies['ticket:create'] = [(payload) => ({ ...store(payload), ticket: ticket({ lastSeq: 1 }) })];
    socket.replies['chat:message'] = [store];
    const chat = makeChat(null);
    chat.open();
    chat.send('one');
    chat.send('two');
    assert.equal(chat.state.pending.length, 2);
    socket.up();
    await settle();
    assert.deepEqual(socket.requests.map(([event, { text, ticketId }]) => [event, text, ticketId]), [
      ['ticket:create', 'one', undefined],
      ['chat:message', 'two', 't'],
    ]);
    assert.equal(chat.ticketId, 't');
    assert.deepEqual(chat.state.messages.map(({ text }) => text), ['one', 'two']);
    assert.deepEqual([chat.state.pending, outbox.get()], [[], []]);
  });

  test('is sent again with the same clientId when the answer was lost, and opens one ticket', async () => {
    const store = storing();
    const lost = unanswered('disconnected');
    socket.replies['ticket:create'] = [lost, (payload) => ({ ...store(payload), ticket: ticket() })];
    socket.up();
    const chat = makeChat(null);
    chat.open();
    chat.send('one');
    await settle();
    assert.equal(chat.state.pending[0].error, undefined);
    socket.down();
    socket.up();
    await settle();
    const [first, second] = socket.named('ticket:create');
    assert.equal(first.clientId, second.clientId);
    assert.equal(chat.state.messages.length, 1);
  });

  test('is posted into the ticket when the server gave only the ticket', async () => {
    socket.replies['ticket:create'] = [{ ok: true, ticket: ticket() }];
    socket.replies['chat:message'] = [storing()];
    socket.up();
    const chat = makeChat(null);
    chat.send('one');
    await settle();
    assert.equal(socket.named('chat:message')[0].clientId, socket.named('ticket:create')[0].clientId);
    assert.equal(chat.state.messages.length, 1);
  });
});

describe('an existing conversation', () => {
  test('is joined with its newest page, and after a reconnect from the last seq', async () => {
    socket.replies['ticket:join'] = [
      page([message(9), message(10)]),
      page([message(11)], { status: 'closed', version: 2 }),
    ];
    const chat = makeChat('t');
    assert.equal(chat.isLoaded, false);
    chat.open();
    socket.up();
    await settle();
    assert.deepEqual([chat.isLoaded, chat.isCurrent], [true, true]);
    socket.down();
    socket.up();
    assert.equal(chat.isCurrent, false);
    await settle();
    assert.equal(chat.isCurrent, true);
    assert.deepEqual(socket.named('ticket:join'), [{ ticketId: 't' }, { ticketId: 't', afterSeq: 10 }]);
    assert.deepEqual(chat.state.messages.map(({ seq }) => seq), [9, 10, 11]);
    assert.equal(chat.state.ticket.status, 'closed');
  });

  test('asks for more pages until nothing is missing', async () => {
    socket.replies['ticket:join'] = [
      page([message(1)]),
      { ...page([message(2)], { lastSeq: 4 }), hasMore: true },
      { ...page([message(3)], { lastSeq: 4 }), hasMore: true },
      page([message(4)]),
    ];
    const chat = makeChat('t');
    chat.open();
    socket.up();
    await settle();
    socket.down();
    socket.up();
    for (const isCurrent of [false, false, true]) {
      await settle();
      assert.equal(chat.isCurrent, isCurrent);
      mock.timers.tick(250);
    }
    assert.deepEqual(socket.named('ticket:join').map(({ afterSeq }) => afterSeq), [undefined, 1, 2, 3]);
    assert.deepEqual(chat.state.messages.map(({ seq }) => seq), [1, 2, 3, 4]);
  });

  test('fills a jump in seq, but not one that closes by itself', async () => {
    socket.replies['ticket:join'] = [page([message(1)]), page([message(4), message(5)])];
    const chat = makeChat('t');
    chat.open();
    socket.up();
    await settle();
    socket.onEvent('chat:message', message(3));
    socket.onEvent('chat:message', message(2));
    mock.timers.tick(1000);
    await settle();
    assert.equal(socket.named('ticket:join').length, 1);
    socket.onEvent('chat:message', message(5));
    mock.timers.tick(250);
    await settle();
    assert.deepEqual(socket.named('ticket:join').at(-1), { ticketId: 't', afterSeq: 3 });
    assert.deepEqual(chat.state.messages.map(({ seq }) => seq), [1, 2, 3, 4, 5]);
  });

  test('is joined again at resync', async () => {
    socket.replies['ticket:join'] = [page([message(1)]), page([message(2)])];
    const chat = makeChat('t');
    chat.open();
    socket.up();
    await settle();
    socket.onEvent('resync', {});
    await settle();
    assert.equal(chat.state.messages.length, 2);
  });

  test('is joined again at a resync that comes while an answer is on its way', async () => {
    const answers = [];
    socket.replies['ticket:join'] = [() => new Promise((resolve) => answers.push(resolve))];
    const chat = makeChat('t');
    chat.open();
    socket.up();
    await settle();
    socket.onEvent('resync', {});
    answers.shift()(page([message(1)]));
    await settle();
    answers.shift()(page([message(2)]));
    await settle();
    assert.deepEqual([chat.isCurrent, chat.state.messages.length], [true, 2]);
    assert.equal(socket.named('ticket:join').length, 2);
  });

  test('that is erased leaves nothing but what was not sent', async () => {
    socket.replies['ticket:join'] = [page([message(1)]), refuse('not_found')];
    const chat = makeChat('t');
    chat.open();
    socket.up();
    await settle();
    socket.onEvent('resync', {});
    chat.send('hello?');
    await settle();
    assert.deepEqual([chat.error.code, chat.state.ticket, chat.state.messages], ['not_found', undefined, []]);
    assert.deepEqual(chat.state.pending.map(({ text }) => text), ['hello?']);
    mock.timers.tick(60000);
    await settle();
    assert.equal(socket.named('ticket:join').length, 2);
  });

  test('of somebody else is an error that can be shown', async () => {
    socket.replies['ticket:join'] = [refuse('not_found')];
    const chat = makeChat('t');
    chat.open();
    socket.up();
    await settle();
    assert.equal(chat.error.code, 'not_found');
  });

  test('tells when an error is gone, even if nothing else has changed', async () => {
    socket.replies['ticket:join'] = [page([message(1)]), refuse('unavailable'), page([])];
    const chat = makeChat('t');
    chat.open();
    socket.up();
    await settle();
    socket.down();
    socket.up();
    await settle();
    assert.equal(chat.error.code, 'unavailable');
    const told = [];
    chat.onChange = () => told.push(chat.error);
    mock.timers.tick(3000);
    await settle();
    assert.deepEqual(told.at(-1), null);
  });

  test('ignores what happens in others', async () => {
    socket.replies['ticket:join'] = [page([])];
    const chat = makeChat('t');
    chat.open();
    socket.up();
    await settle();
    socket.onEvent('chat:message', message(1, { ticketId: 'other' }));
    socket.onEvent('ticket:closed', { ticketId: 'other', ticket: ticket({ ticketId: 'other', status: 'closed' }) });
    assert.equal(chat.state.messages.length, 0);
    assert.equal(chat.state.ticket.status, 'open');
  });
});

describe('a message', () => {
  let chat;
  beforeEach(async () => {
    socket.replies['ticket:join'] = [page([])];
    chat = makeChat('t');
    chat.open();
    socket.up();
    await settle();
  });

  test('that was stored in time is settled by echo or ack, whichever comes first', async () => {
    const store = storing();
    socket.replies['chat:message'] = [(payload) => {
      const answer = store(payload);
      socket.onEvent('chat:message', answer.message);
      return answer;
    }];
    chat.send('one');
    await settle();
    assert.deepEqual([chat.state.messages.length, chat.state.pending.length], [1, 0]);
  });

  test('waits as long as the server asks, then goes by itself', async () => {
    socket.replies['chat:message'] = [refuse('rate_limited', { retryAfterMs: 2000 }), storing()];
    chat.send('one');
    await settle();
    assert.equal(chat.state.pending[0].error, undefined);
    mock.timers.tick(2000);
    await settle();
    assert.equal(chat.state.messages.length, 1);
  });

  test('that was refused for its speed is not sent again before its time, and keeps its order', async () => {
    const store = storing();
    let isPatient = false;
    const refusal = refuse('rate_limited', { retryAfterMs: 3000 });
    socket.replies['chat:message'] = [(payload) => (isPatient ? store(payload) : refusal)];
    chat.send('one');
    await settle();
    assert.equal(chat.retryAt, Date.now() + 3000);
    const asked = socket.named('chat:message').length;
    mock.timers.tick(1000);
    chat.send('two');
    socket.down();
    socket.up();
    await settle();
    assert.equal(socket.named('chat:message').length, asked);
    isPatient = true;
    mock.timers.tick(2000);
    await settle();
    assert.deepEqual(chat.state.messages.map(({ text }) => text).slice(-2), ['one', 'two']);
    assert.deepEqual([chat.retryAt, chat.state.pending.length], [0, 0]);
  });

  test('forty written without a connection arrive in order, however often the server asks for patience', async () => {
    const store = storing();
    let tokens = 30;
    const refill = setInterval(() => (tokens += 1), 200);
    socket.replies['chat:message'] = [(payload) => {
      if (tokens === 0) return refuse('rate_limited', { retryAfterMs: 200 });
      tokens -= 1;
      return store(payload);
    }];
    socket.down();
    const texts = Array.from({ length: 40 }, (_, index) => `${index}`);
    texts.forEach((text) => chat.send(text));
    socket.up();
    for (let turn = 0; turn < 20; turn += 1) {
      for (let part = 0; part < 10; part += 1) await settle();
      mock.timers.tick(200);
    }
    clearInterval(refill);
    assert.deepEqual(chat.state.messages.map(({ text }) => text), texts);
    assert.deepEqual([chat.state.pending, outbox.get()], [[], []]);
  });

  test('that cannot be stored fails with its text, and the next one goes', async () => {
    socket.replies['chat:message'] = [refuse('invalid', { field: 'text' }), storing()];
    chat.send('bad');
    chat.send('good');
    await settle();
    const [{ text, error }] = chat.state.pending;
    assert.deepEqual([text, error.field], ['bad', 'text']);
    assert.deepEqual(chat.state.messages.map(({ text }) => text), ['good']);
    assert.equal(chat.discard(chat.state.pending[0].clientId), 'bad');
    assert.deepEqual([chat.state.pending, outbox.get()], [[], []]);
  });

  test('refused by a closed ticket can be sent again', async () => {
    socket.replies['chat:message'] = [refuse('closed'), storing()];
    chat.send('one');
    await settle();
    const [{ clientId, error }] = chat.state.pending;
    assert.equal(error.code, 'closed');
    chat.retry(clientId);
    await settle();
    assert.equal(chat.state.messages[0].clientId, clientId);
  });

  test('that nobody answers makes a new connection, and goes again there', async () => {
    socket.replies['chat:message'] = [unanswered('timeout'), storing()];
    chat.send('one');
    await settle();
    assert.equal(socket.restarts, 1);
    socket.down();
    socket.up();
    await settle();
    const [first, second] = socket.named('chat:message');
    assert.equal(first.clientId, second.clientId);
    assert.equal(chat.state.messages.length, 1);
  });

  test('survives a reload', async () => {
    socket.down();
    chat.send('kept');
    const again = makeChat('t');
    assert.deepEqual(again.state.pending.map(({ text, error }) => [text, error]), [['kept', undefined]]);
  });

  test('that another page left is shown and sent here, and one sent there waits here no more', async () => {
    const tellers = [];
    let entries = [];
    outbox = { get: () => entries, set: (next) => (entries = next), subscribe: (tell) => tellers.push(tell) };
    socket.replies['chat:message'] = [storing()];
    const again = makeChat('t');
    entries = [{ clientId: 'x', text: 'left', at: '2026-03-01T10:00:00.000Z', ticketId: 't' }];
    tellers.forEach((tell) => tell());
    await settle();
    assert.deepEqual(again.state.messages.map(({ text }) => text), ['left']);
    socket.down();
    again.send('elsewhere');
    entries = [];
    tellers.forEach((tell) => tell());
    assert.deepEqual(again.state.pending, []);
  });

  test('goes on waiting when another conversation is shown', async () => {
    socket.down();
    chat.send('one');
    chat.leave();
    socket.replies['chat:message'] = [storing()];
    socket.up();
    await settle();
    assert.equal(socket.named('ticket:join').length, 1);
    assert.equal(chat.state.messages.length, 1);
  });
});

describe('small signs', () => {
  let chat;
  beforeEach(async () => {
    socket.replies['ticket:join'] = [page([message(1), message(2)])];
    chat = makeChat('t');
    chat.open();
    socket.up();
    await settle();
  });

  test('typing is told every 3 s at most, and its end once', () => {
    chat.typing(true);
    chat.typing(true);
    mock.timers.tick(3000);
    chat.typing(true);
    chat.typing(false);
    chat.typing(false);
    assert.deepEqual(socket.emitted.map(([, { typing }]) => typing), [true, true, false]);
  });

  test('typing of others is forgotten by itself', () => {
    socket.onEvent('chat:typing', { ticketId: 't', userId: 'a', role: 'agent', name: 'Anna', typing: true });
    assert.equal(chat.state.typing.length, 1);
    mock.timers.tick(5100);
    assert.equal(chat.state.typing.length, 0);
  });

  test('reading is told once for each newest message', () => {
    chat.seen();
    chat.seen();
    socket.onEvent('chat:message', message(3));
    chat.seen();
    const read = (seq) => ['chat:read', { ticketId: 't', seq }];
    assert.deepEqual(socket.emitted, [read(2), read(3)]);
  });

  test('of an inactive conversation are none', () => {
    chat.dispose();
    socket.onEvent('chat:message', message(3));
    assert.equal(chat.state.messages.length, 2);
    assert.deepEqual(socket.emitted, [['room:leave', { ticketId: 't' }]]);
  });
});

describe('the client', () => {
  test('is ready only while the server knows who it is', () => {
    const guest = new DeskClient(socket);
    socket.state = 'connected';
    socket.onEvent('session', SESSION);
    assert.deepEqual([guest.isReady, guest.session.userId, guest.state], [true, 'g', 'ready']);
    socket.down();
    assert.deepEqual([guest.isReady, guest.state], [false, 'waiting']);
  });

  test('tells of a ticket that an ack brought as of an event', async () => {
    const heard = [];
    client.on('ticket', (news) => heard.push(news.status));
    socket.replies['ticket:close'] = [{ ok: true, ticket: ticket({ status: 'closed' }) }];
    await client.closeTicket('t');
    assert.deepEqual(heard, ['closed']);
  });

  test('turns a refusal into an error with its code', async () => {
    socket.replies['ticket:assign'] = [refuse('conflict')];
    await assert.rejects(client.assign('t', null, 3), { code: 'conflict' });
    assert.deepEqual(socket.requests, [['ticket:assign', { ticketId: 't', agentId: null, ifVersion: 3 }]]);
  });

  test('assigns again when only a message came in between', async () => {
    const heard = [];
    client.on('ticket', (news) => heard.push(news.version));
    const assigned = ticket({ assigneeId: 'a', version: 5 });
    socket.replies['ticket:assign'] = [refuse('conflict'), { ok: true, ticket: assigned }];
    socket.replies['chat:history'] = [page([message(3)], { version: 4 })];
    await client.reassign(ticket(), 'a');
    assert.deepEqual(socket.named('ticket:assign').map(({ ifVersion }) => ifVersion), [1, 4]);
    assert.deepEqual(heard, [4, 5]);
  });

  test('assigns nothing that somebody else has taken, and tells who has it', async () => {
    const heard = [];
    client.on('ticket', (news) => heard.push(news.assigneeId));
    socket.replies['ticket:assign'] = [refuse('conflict')];
    socket.replies['chat:history'] = [page([], { version: 4, assigneeId: 'b' })];
    await assert.rejects(client.reassign(ticket(), 'a'), { code: 'conflict' });
    assert.equal(socket.named('ticket:assign').length, 1);
    assert.deepEqual(heard, ['b']);
  });

  test('ends a subscription', () => {
    const heard = [];
    const end = client.on('resync', () => heard.push(1));
    end();
    socket.onEvent('resync', {});
    assert.deepEqual(heard, []);
  });
});
