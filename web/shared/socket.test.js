import assert from 'node:assert/strict';
import { beforeEach, afterEach, describe, mock, test } from 'node:test';
import './polling.js';
import { backoff, openSocket } from './socket.js';
import { memoryStorage } from './storage.js';

const HANDSHAKE = JSON.stringify({ sid: 's', upgrades: [], pingInterval: 1000, pingTimeout: 500, maxPayload: 1000 });
let opened;

class FakeWebSocket {
  readyState = 1;
  sent = [];
  constructor(url) {
    this.url = url;
    opened.push(this);
  }
  send(text) {
    this.sent.push(text);
  }
  close() {
    this.readyState = 3;
  }
  say(...packets) {
    for (const data of packets) this.onmessage({ data });
  }
}

function makeSocket({ page = {}, ...options } = {}) {
  Object.assign(globalThis, {
    WebSocket: FakeWebSocket,
    fetch: () => new Promise(() => {}),
    addEventListener: () => {},
    document: {},
    ...page,
  });
  const socket = openSocket({ url: 'http://desk.example/socket.io/', memory: memoryStorage(), ...options });
  const [states, heard] = [[], []];
  socket.onState = (state) => states.push(state);
  socket.onEvent = (...event) => heard.push(event);
  return { socket, states, heard };
}

function connected(options) {
  const made = makeSocket(options);
  made.socket.connect();
  const wire = opened.at(-1);
  wire.say(`0${HANDSHAKE}`, '40{"sid":"x"}');
  return { ...made, wire };
}

beforeEach(() => {
  opened = [];
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1e12 });
});
afterEach(() => mock.timers.reset());

describe('packets', () => {
  test('of other namespaces, unknown ones and binary ones say nothing', () => {
    const { states, heard, wire } = connected();
    wire.say('', '42/admin,["a"]', '451-["a",{"_placeholder":true,"num":0}]', '6', '9', 'x', '42["b",{"c":"1\\n"}]');
    assert.deepEqual([states.at(-1), heard], ['connected', [['b', { c: '1\n' }]]]);
  });
});

describe('backoff', () => {
  test('grows to 15 s and is spread', () => {
    assert.deepEqual([0, 1, 2, 10].map((attempt) => backoff(attempt, 1)), [800, 1600, 3200, 15000]);
    assert.deepEqual([0, 10].map((attempt) => backoff(attempt, 0)), [320, 6000]);
  });
});

describe('connecting', () => {
  test('goes over WebSocket and shows auth, asked anew each time', () => {
    let token = 0;
    const { wire, states } = connected({ auth: () => ({ guestToken: String(++token) }) });
    assert.equal(wire.url, 'ws://desk.example/socket.io/?EIO=4&transport=websocket');
    assert.deepEqual(wire.sent, ['40{"guestToken":"1"}']);
    assert.deepEqual(states, ['connecting', 'connected']);
    wire.onclose();
    mock.timers.tick(1000);
    opened.at(-1).say(`0${HANDSHAKE}`);
    assert.deepEqual(opened.at(-1).sent, ['40{"guestToken":"2"}']);
  });

  test('without auth sends no payload', () => {
    assert.deepEqual(connected().wire.sent, ['40']);
  });

  test('is over for good when the server says unauthorized or forbidden', () => {
    for (const message of ['unauthorized', 'forbidden']) {
      const { socket, states } = makeSocket();
      socket.connect();
      opened.at(-1).say(`0${HANDSHAKE}`, `44{"message":"${message}"}`);
      const count = opened.length;
      mock.timers.tick(60000);
      assert.equal(opened.length, count);
      assert.deepEqual(states, ['connecting', 'refused']);
    }
  });

  test('is tried again after any other refusal', () => {
    const { socket, states } = makeSocket();
    socket.connect();
    opened[0].say(`0${HANDSHAKE}`, '44{"message":"busy"}');
    assert.deepEqual(states, ['connecting', 'waiting']);
    mock.timers.tick(1000);
    assert.equal(opened.length, 2);
  });

  test('is not tried again before the time that the server named', () => {
    const { socket, states } = makeSocket();
    socket.connect();
    opened[0].say(`0${HANDSHAKE}`, '44{"message":"rate_limited","data":{"retryAfterMs":5000}}');
    assert.deepEqual(states, ['connecting', 'waiting']);
    mock.timers.tick(4999);
    assert.equal(opened.length, 1);
    mock.timers.tick(2501);
    assert.equal(opened.length, 2);
  });

  test('is given up when nothing answers, and tried again', () => {
    const { socket, states } = makeSocket();
    socket.connect();
    mock.timers.tick(6000);
    mock.timers.tick(6000);
    assert.equal(states.at(-1), 'waiting');
  });

  test('has more time to open after each failure', async () => {
    const polls = [];
    makeSocket({ page: { fetch: () => polls.push(1) && new Promise(() => {}) } }).socket.connect();
    for (const [index, patience] of [6000, 12000, 20000, 20000].entries()) {
      mock.timers.tick(patience - 1);
      assert.deepEqual([opened.length, polls.length], [index + 1, index]);
      mock.timers.tick(1);
      await new Promise(setImmediate);
      assert.equal(polls.length, index + 1);
      mock.timers.tick(patience);
      mock.timers.tick(backoff(index, 1));
      mock.timers.setTime(Date.now());
    }
  });
});

describe('events', () => {
  test('are heard in the order of their frames', () => {
    const { heard, wire } = connected();
    wire.say('42["a",1]', '42["b"]', '42["a",2,3]');
    assert.deepEqual(heard, [['a', 1], ['b'], ['a', 2, 3]]);
  });

  test('of ours go out without an ack, or resolve with it', async () => {
    const { socket, wire } = connected();
    socket.emit('a', { b: undefined, c: 1 });
    const answers = [socket.request('x', 1), socket.request('y', 2)];
    assert.deepEqual(wire.sent.slice(1), ['42["a",{"c":1}]', '420["x",1]', '421["y",2]']);
    wire.say('431[{"ok":true}]', '430[false]', '4399[1]');
    assert.deepEqual(await Promise.all(answers), [false, { ok: true }]);
  });

  test('without an answer end in a timeout, or with the connection', async () => {
    const { socket, wire } = connected();
    const [late, lost] = [socket.request('x', 1, 100), socket.request('y', 2)];
    mock.timers.tick(100);
    wire.onclose();
    const codes = (await Promise.all([late, lost, socket.request('z')])).map(({ error }) => [error.code, error.isUnanswered]);
    assert.deepEqual(codes, [['timeout', true], ['disconnected', true], ['disconnected', true]]);
  });
});

describe('a connection', () => {
  test('answers pings, and is given up when the server is silent', () => {
    const { wire, states } = connected();
    mock.timers.tick(1400);
    wire.say('2');
    assert.equal(wire.sent.at(-1), '3');
    mock.timers.tick(1400);
    assert.equal(states.at(-1), 'connected');
    mock.timers.tick(100);
    assert.equal(states.at(-1), 'waiting');
  });

  test('that breaks comes back, more slowly each time', () => {
    const { states, wire } = connected();
    wire.onclose();
    assert.equal(states.at(-1), 'waiting');
    mock.timers.tick(800);
    assert.equal(opened.length, 2);
    opened[1].onclose();
    mock.timers.tick(600);
    assert.equal(opened.length, 2);
    mock.timers.tick(1000);
    assert.equal(opened.length, 3);
  });

  test('of a server that ends comes back, each at a time of its own', () => {
    const waits = [0, 0.5, 0.999].map((random) => {
      mock.method(Math, 'random', () => random);
      const { wire, states } = connected();
      const start = Date.now();
      wire.onclose({ code: 1001 });
      assert.equal(states.at(-1), 'waiting');
      const count = opened.length;
      while (opened.length === count) mock.timers.tick(10);
      Math.random.mock.restore();
      return Date.now() - start;
    });
    assert.ok(waits[0] >= 300 && waits[0] < waits[1] && waits[1] < waits[2] && waits[2] <= 1000, waits);
  });

  test('ended by the server does not come back by itself', () => {
    const { socket, states, wire } = connected();
    wire.say('41');
    mock.timers.tick(60000);
    assert.equal(states.at(-1), 'stopped');
    assert.equal(opened.length, 1);
    socket.connect();
    assert.equal(opened.length, 2);
  });

  test('ended by a closing engine does', () => {
    const { wire } = connected();
    wire.say('1');
    mock.timers.tick(1000);
    assert.equal(opened.length, 2);
  });

  test('ended by us says so and stays away', () => {
    const { socket, wire } = connected();
    socket.disconnect();
    assert.equal(wire.sent.at(-1), '41');
    mock.timers.tick(60000);
    assert.equal(opened.length, 1);
  });

  test('can be ended while it waits for the next attempt', () => {
    const { socket, wire } = connected();
    wire.onclose();
    socket.disconnect();
    mock.timers.tick(60000);
    assert.equal(opened.length, 1);
  });

  test('is made anew at once on demand', () => {
    const { socket } = connected();
    socket.restart();
    mock.timers.tick(0);
    assert.equal(opened.length, 2);
  });

  test('is made anew at once on demand, also while it waits', () => {
    const { socket, wire } = connected();
    wire.onclose();
    socket.restart();
    assert.deepEqual([socket.state, opened.length], ['connecting', 2]);
  });

  test('of old says nothing any more', () => {
    const { heard, wire } = connected();
    wire.onclose();
    mock.timers.tick(1000);
    wire.say('42["a",1]');
    assert.deepEqual(heard, []);
  });

  test('comes back at once when the browser is online or visible again', () => {
    for (const type of ['online', 'visibilitychange']) {
      const events = new EventTarget();
      const { wire } = connected({ page: { addEventListener: (...listener) => events.addEventListener(...listener) } });
      const count = opened.length;
      wire.onclose();
      events.dispatchEvent(new Event(type));
      assert.equal(opened.length, count + 1);
    }
  });

  test('that slept through its watchdog is given up when the page is seen again', () => {
    const events = new EventTarget();
    const { states } = connected({ page: { addEventListener: (...listener) => events.addEventListener(...listener) } });
    mock.timers.setTime(1e12 + 3600000);
    events.dispatchEvent(new Event('visibilitychange'));
    assert.equal(states.at(-1), 'waiting');
  });
});
