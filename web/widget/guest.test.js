import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { memoryStorage } from '../shared/storage.js';
import { openGuest } from './guest.js';
import { identify, reset } from './person.js';

globalThis.addEventListener = () => {};

const HANDSHAKE = JSON.stringify({ sid: 's', upgrades: [], pingInterval: 25000, pingTimeout: 20000, maxPayload: 1000 });
const settle = async () => {
  for (let turn = 0; turn < 4; turn += 1) await new Promise(setImmediate);
};
let wires;
let kept;

/** A server with one guest; `answers` are by event. */
class FakeWebSocket {
  readyState = 1;
  asked = [];
  constructor() {
    wires.push(this);
  }
  send(packet) {
    const [, id, json] = /^42(\d*)(.*)/.exec(packet) ?? [];
    if (packet.startsWith('40')) this.auth = JSON.parse(packet.slice(2));
    if (!json) return;
    const [event, payload] = JSON.parse(json);
    this.asked.push([event, payload]);
    const answer = this.answers?.[event]?.(payload);
    if (id && answer) queueMicrotask(() => this.onmessage({ data: `43${id}${JSON.stringify([answer])}` }));
  }
  close() {
    this.readyState = 3;
  }
  up(session, answers) {
    this.answers = answers;
    for (const data of [`0${HANDSHAKE}`, '40{"sid":"x"}', `42["session",${JSON.stringify(session)}]`]) this.onmessage({ data });
  }
}

const ticket = (fields) => ({ ticketId: 't', number: 7, status: 'open', lastSeq: 0, version: 1, reads: { guest: 0, agents: 0 }, ...fields });
const stored = ({ text, clientId }) => ({
  messageId: 'm', ticketId: 't', seq: 1, senderId: 'g', senderRole: 'guest', senderName: '', text, clientId,
  timestamp: '2026-03-01T10:00:00.000Z',
});
const SESSION = { userId: 'g', role: 'guest', name: '', guestToken: 'secret' };
const creating = { 'ticket:create': (payload) => ({ ok: true, ticket: ticket({ lastSeq: 1 }), message: stored(payload) }) };

function makeGuest({ person, ...options } = {}) {
  const guest = openGuest({ url: 'http://desk.example/', site: 'default', ...options });
  if (person) identify(guest, person);
  guest.moves = [];
  guest.onMove = (...news) => guest.moves.push(news);
  guest.client.start();
  return guest;
}

beforeEach(() => {
  wires = [];
  kept = new Map();
  globalThis.localStorage = memoryStorage(kept);
  globalThis.sessionStorage = memoryStorage();
  globalThis.WebSocket = FakeWebSocket;
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1e12 });
});
afterEach(() => mock.timers.reset());

test('somebody who only looks is not known on the next page; somebody who writes is', async () => {
  const guest = makeGuest();
  wires[0].up(SESSION, creating);
  await settle();
  assert.equal(localStorage.getItem('martlet.default.guest'), null);
  guest.chat.send('hello');
  await settle();
  assert.deepEqual(['guest', 'ticket'].map((key) => localStorage.getItem(`martlet.default.${key}`)), ['secret', 't']);
});

test('each site of one origin has its own guest', async () => {
  const guest = makeGuest({ site: 'shop' });
  wires[0].up(SESSION, creating);
  guest.chat.send('hello');
  await settle();
  assert.equal(wires[0].auth.site, 'shop');
  assert.deepEqual([localStorage.getItem('martlet.shop.ticket'), localStorage.getItem('martlet.default.ticket')], ['t', null]);
});

test('a new conversation takes along what was not sent', async () => {
  const guest = makeGuest();
  wires[0].up(SESSION, creating);
  guest.chat.send('hello');
  await settle();
  wires[0].onclose();
  guest.chat.send('and more');
  guest.startAnew();
  assert.deepEqual(guest.moves, [['and more', undefined]]);
  assert.deepEqual([guest.chat.ticketId, localStorage.getItem('martlet.default.ticket')], [null, '']);
});

test('a conversation that is gone gives way to a new one, and it is said', async () => {
  localStorage.setItem('martlet.default.ticket', 'old');
  const guest = makeGuest();
  wires[0].up(SESSION, { 'ticket:join': () => ({ ok: false, error: { code: 'not_found' } }) });
  await settle();
  assert.deepEqual(guest.moves, [['', true]]);
  assert.equal(guest.chat.ticketId, null);
});

test('whom the site vouches for connects as that one; others only tell a name', async () => {
  const guest = makeGuest({ person: { name: 'Ann' } });
  wires[0].up(SESSION, { 'guest:update': () => ({ ok: true }) });
  await settle();
  assert.deepEqual(wires[0].asked, [['guest:update', { name: 'Ann' }]]);
  const person = { id: '7', exp: 1, hash: 'aa', name: 'Ann' };
  identify(guest, person);
  mock.timers.tick(0);
  wires[1].up(SESSION, {});
  await settle();
  assert.deepEqual([wires[1].auth.identity, wires[1].asked], [person, []]);
});

test('what a guest tells of itself before the first ticket is told again after a reconnect', async () => {
  const guest = makeGuest({ person: { name: 'Ann' } });
  const answers = { 'guest:update': () => ({ ok: true }) };
  wires[0].up(SESSION, answers);
  await guest.introduce({ name: 'Anna', email: 'a@b.example' });
  wires[0].onclose();
  mock.timers.tick(20000);
  wires.at(-1).up(SESSION, answers);
  await settle();
  assert.deepEqual(wires.at(-1).asked, [['guest:update', { name: 'Anna', email: 'a@b.example' }]]);
  reset(guest);
  mock.timers.tick(0);
  wires.at(-1).up(SESSION, answers);
  await settle();
  assert.deepEqual(wires.at(-1).asked, []);
});

test('a reset leaves nothing of who it was', async () => {
  const guest = makeGuest({ person: { id: '7', exp: 1, hash: 'aa' } });
  wires[0].up(SESSION, creating);
  guest.chat.send('hello');
  await settle();
  guest.draft = 'half a sentence';
  reset(guest);
  mock.timers.tick(0);
  wires.at(-1).up({ ...SESSION, guestToken: 'other' }, {});
  assert.deepEqual(wires.at(-1).auth, { guestToken: '', site: 'default' });
  const keys = [...kept.values(), sessionStorage.getItem('martlet.default.draft')];
  assert.doesNotMatch(keys.join(), /secret|hello|half|"t"/);
  assert.equal(guest.chat.ticketId, null);
});

test('whom the site has vouched for comes back by the token alone', async () => {
  const guest = makeGuest({ person: { id: '7', exp: 1, hash: 'aa' } });
  wires[0].up({ ...SESSION, verified: true }, {});
  await settle();
  guest.client.restart();
  mock.timers.tick(0);
  wires.at(-1).up({ ...SESSION, guestToken: undefined }, {});
  assert.deepEqual(wires.at(-1).auth, { guestToken: 'secret', site: 'default' });
});

test('whom the site vouches for goes on with what was begun on another device', async () => {
  const guest = makeGuest({ person: { id: '7', exp: 1, hash: 'aa' } });
  const tickets = [ticket({ ticketId: 'old', status: 'closed' }), ticket()];
  wires[0].up({ ...SESSION, verified: true }, {
    'ticket:mine': () => ({ ok: true, tickets }),
    'ticket:join': () => ({ ok: true, ticket: ticket(), messages: [], hasMore: false }),
  });
  await settle();
  assert.equal(guest.chat.ticketId, 't');
});
