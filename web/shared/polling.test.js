import assert from 'node:assert/strict';
import { test } from 'node:test';
import './polling.js';
import { openSocket } from './socket.js';
import { memoryStorage } from './storage.js';

globalThis.addEventListener = () => {};

const HANDSHAKE = { sid: 's/1', upgrades: ['websocket'], pingInterval: 25000, pingTimeout: 20000, maxPayload: 60 };
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

/** A server that answers polls when told to. */
function makeServer() {
  const polls = [];
  const posts = [];
  const answer = (body) => ({ ok: true, text: async () => body });
  const fetch = (url, { method = 'GET', body, signal } = {}) => {
    if (method === 'POST') {
      posts.push(body);
      return Promise.resolve(answer('ok'));
    }
    return new Promise((resolve, reject) => {
      polls.push({ url, answer: (text) => resolve(answer(text)), fail: () => resolve({ ok: false, status: 400 }) });
      signal.addEventListener('abort', () => reject(new Error('aborted')));
    });
  };
  return { fetch, polls, posts };
}

class NoWebSocket {
  static tried = 0;
  constructor() {
    NoWebSocket.tried += 1;
    queueMicrotask(() => this.onerror());
  }
  close() {}
}

async function connected(memory = memoryStorage()) {
  const server = makeServer();
  Object.assign(globalThis, { WebSocket: NoWebSocket, fetch: server.fetch });
  const socket = openSocket({
    url: 'https://desk.example/socket.io/', auth: () => ({ guestToken: '' }), memory,
  });
  socket.onState = () => {};
  socket.connect();
  await settle();
  server.polls[0].answer(`0${JSON.stringify(HANDSHAKE)}`);
  await settle();
  server.polls[1].answer('40{"sid":"x"}');
  await settle();
  return { socket, ...server };
}

test('where WebSocket fails, polling is used and remembered for 10 minutes', async () => {
  const kept = new Map();
  const memory = memoryStorage(kept);
  const { socket, polls, posts } = await connected(memory);
  assert.equal(socket.state, 'connected');
  assert.deepEqual(posts, ['40{"guestToken":""}']);
  assert.equal(polls[0].url, 'https://desk.example/socket.io/?EIO=4&transport=polling');
  assert.match(polls[1].url, /&sid=s%2F1$/);
  const tried = NoWebSocket.tried;
  socket.disconnect();
  const again = await connected(memory);
  assert.equal(NoWebSocket.tried, tried);
  again.socket.disconnect();
  const [key] = kept.keys();
  const until = Number(memory.getItem(key));
  assert.ok(until > Date.now() + 590000 && until <= Date.now() + 600000);
  memory.setItem(key, String(Date.now() - 1));
  const late = await connected(memory);
  assert.equal(NoWebSocket.tried, tried + 1);
  late.socket.disconnect();
});

test('what ends an attempt for another reason is no reason to poll', async () => {
  for (const type of ['pagehide', 'offline']) {
    const page = new EventTarget();
    const asked = [];
    Object.assign(globalThis, {
      WebSocket: class { close() {} },
      fetch: (url) => asked.push(url) && new Promise(() => {}),
      addEventListener: (...listener) => page.addEventListener(...listener),
    });
    const socket = openSocket({ url: 'https://desk.example/socket.io/', memory: memoryStorage() });
    socket.onState = () => {};
    socket.connect();
    page.dispatchEvent(new Event(type));
    assert.deepEqual([asked, socket.state], [[], 'waiting']);
    socket.disconnect();
  }
});

test('several packets of one poll are handled in order, and another poll follows', async () => {
  const { socket, polls } = await connected();
  const heard = [];
  socket.onEvent = (event, value) => heard.push(value);
  polls.at(-1).answer('42["a",1]\x1e2\x1e42["a",2]');
  await settle();
  assert.deepEqual(heard, [1, 2]);
  assert.equal(polls.length, 4);
  socket.disconnect();
});

test('packets written together go in one body, as long as it is small enough', async () => {
  const { socket, posts } = await connected();
  posts.length = 0;
  for (const letter of 'abcd') socket.emit('m', letter.repeat(20));
  await settle();
  assert.deepEqual(posts.map((body) => body.split('\x1e').length), [1, 1, 1, 1]);
  posts.length = 0;
  for (const letter of 'abcd') socket.emit('m', letter);
  await settle();
  assert.deepEqual(posts.map((body) => body.split('\x1e').length), [1, 3]);
  assert.deepEqual(posts.join('\x1e').match(/[a-d]/g).join(''), 'abcd');
  socket.disconnect();
});

test('a session that the server does not know any more is left', async () => {
  const { socket, polls } = await connected();
  polls.at(-1).fail();
  await settle();
  assert.equal(socket.state, 'waiting');
  socket.disconnect();
});

test('leaving tells the server', async () => {
  const { socket, posts } = await connected();
  socket.disconnect();
  assert.equal(posts.at(-1), '1');
});
