/**
 * A small Socket.IO 5 client for the main namespace: events, acks both ways, reconnecting by itself.
 *
 * `onState(state, reason)` tells where it is:
 * `connecting`, `connected`, `waiting` (for the next attempt), `refused` (CONNECT_ERROR that a retry cannot
 * heal), `stopped` (by `disconnect()` or by the server's will). Frames are handled in the order they came.
 */
import { openEngine } from './engine.js';

const FINAL_REFUSALS = ['unauthorized', 'forbidden', 'not_found'];
const CONNECT_TIMEOUT = 15000;
const STABLE_AFTER = 10000;
const POLLING_UNTIL = 'martlet.polling-until';
const POLLING_TIME = 600000;

/** Milliseconds to wait before attempt number `attempt` (0 is the first), `random` in 0..<1. */
export function backoff(attempt, random = Math.random()) {
  return Math.round(Math.min(15000, 800 * 2 ** attempt) * (0.4 + 0.6 * random));
}

/** `{type, id?, data?}` of a packet of the main namespace, or null for any other. */
export function decodePacket(text) {
  const [, type, id, json] = /^([0-4])(?:\/,)?(\d+)?(?!\/)(.*)$/s.exec(text) ?? [];
  try {
    return type ? { type, id, data: json ? JSON.parse(json) : undefined } : null;
  } catch {
    return null;
  }
}

/** `auth()` is asked at each connect; `memory` is like sessionStorage and keeps for a while that WebSocket failed. */
export function openSocket({ url, auth = () => {}, memory, env = globalThis }) {
  const listeners = new Map();
  const acks = new Map();
  let early = [];
  let engine;
  let timer;
  let transports;
  let webSocketWorks;
  let webSocketFailed;
  let failures = 0;
  let askedToWait = 0;
  let connectedAt;
  let lastAck = 0;

  const isUp = () => self.state === 'connected';
  const isOver = () => self.state === 'stopped' || self.state === 'refused';
  const close = (reason) => engine?.close(reason);
  const send = (type, ...data) => engine.send(type + JSON.stringify(data));
  const later = (work, delay) => {
    clearTimeout(timer);
    timer = setTimeout(work, delay);
  };
  const move = (state, reason) => {
    if (self.state === state) return;
    self.state = state;
    self.onState(state, reason);
  };

  function attempt() {
    const left = memory?.getItem(POLLING_UNTIL) - Date.now();
    transports = ['websocket', 'polling'];
    // A server that restarts refuses WebSocket as a blocking proxy does: where it worked, be slow to doubt it.
    if (webSocketWorks && failures < 3) transports.pop();
    else if (left > 0 && left <= POLLING_TIME) transports.reverse();
    webSocketFailed = false;
    move('connecting');
    open();
  }

  function open() {
    const transport = transports.shift();
    let isOpen;
    const current = openEngine({
      transport,
      url: `${url}?EIO=4`,
      env,
      onOpen() {
        isOpen = true;
        webSocketWorks ||= transport === 'websocket';
        if (webSocketWorks) memory?.removeItem(POLLING_UNTIL);
        else if (webSocketFailed) memory?.setItem(POLLING_UNTIL, Date.now() + POLLING_TIME);
        later(() => close('timeout'), CONNECT_TIMEOUT);
        current.send(`0${JSON.stringify(auth()) ?? ''}`);
      },
      onMessage: receive,
      onClose(reason) {
        if (engine !== current) return;
        // Other reasons say nothing about the transport.
        const isFault = self.state === 'connecting' && !isOpen && /^transport|^timeout/.test(reason);
        webSocketFailed ||= isFault && transport === 'websocket';
        if (isFault && transports.length) open();
        else lost(reason);
      },
    });
    engine = current;
    later(() => close('timeout'), Math.min(20000, 6000 * 2 ** failures));
  }

  function receive(text) {
    const { type, id, data } = decodePacket(text) ?? {};
    if (type === '0') {
      clearTimeout(timer);
      connectedAt = Date.now();
      move('connected');
      early.splice(0).forEach(receive);
    } else if (type === '1') {
      move('stopped', 'io server disconnect');
      close('io server disconnect');
    } else if (type === '2' && !isUp()) {
      // Some servers send events while they still decide; they are heard after the connect, in their order.
      early.push(text);
    } else if (type === '2') {
      const [event, ...values] = data;
      if (id) values.push((...answer) => send(`3${id}`, ...answer));
      listeners.get(event)?.forEach((listener) => listener(...values));
    } else if (type === '3') {
      acks.get(id)?.(data[0]);
    } else if (type === '4') {
      if (FINAL_REFUSALS.includes(data.message)) move('refused', data.message);
      askedToWait = data.data?.retryAfterMs ?? 0;
      close(data.message);
    }
  }

  function lost(reason) {
    engine = undefined;
    early = [];
    acks.forEach((settle) => settle(null, 'disconnected'));
    clearTimeout(timer);
    if (isOver()) return;
    if (isUp() && Date.now() - connectedAt > STABLE_AFTER) failures = Math.min(failures, 0);
    // Spread, since others were told the same.
    later(attempt, Math.max(failures < 0 ? 0 : backoff(failures), askedToWait * (1 + Math.random() / 2)));
    askedToWait = 0;
    failures += 1;
    move('waiting', reason);
  }

  function wake() {
    if (self.state === 'waiting') attempt();
    else if (engine?.isSilent()) close('ping timeout');
  }

  const { document } = env;
  env.addEventListener?.('online', wake);
  env.addEventListener?.('offline', () => close('offline'));
  env.addEventListener?.('pageshow', (event) => event.persisted && wake());
  env.addEventListener?.('pagehide', () => close('page hidden'));
  document?.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && wake());

  const self = {
    state: 'stopped',
    onState() {},
    connect() {
      if (self.state === 'waiting' || isOver()) attempt();
    },
    disconnect(reason = 'io client disconnect') {
      clearTimeout(timer);
      if (isUp()) engine.send('1');
      move('stopped', reason);
      close(reason);
    },
    /** Gives this connection up (it answers no more, or as somebody else) and opens the next one at once. */
    restart(reason) {
      if (self.state === 'waiting') return attempt();
      if (isOver()) return;
      failures = -1;
      close(reason);
    },
    on(event, listener) {
      listeners.set(event, [...(listeners.get(event) ?? []), listener]);
    },
    emit(...values) {
      if (isUp()) send('2', ...values);
    },
    /** Emits and resolves with the ack's first value; rejects with `Error("disconnected")` or `Error("timeout")`. */
    request: (event, payload, timeout = 10000) =>
      new Promise((resolve, reject) => {
        const id = String(lastAck++);
        const settle = (value, problem) => {
          clearTimeout(patience);
          acks.delete(id);
          if (problem) reject(new Error(problem));
          else resolve(value);
        };
        const patience = setTimeout(settle, timeout, null, 'timeout');
        if (!isUp()) return settle(null, 'disconnected');
        acks.set(id, settle);
        send(`2${id}`, event, payload);
      }),
  };
  return self;
}
