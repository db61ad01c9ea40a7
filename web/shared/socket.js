/**
 * A small Socket.IO 5 client for the main namespace: events, acks both ways, reconnecting by itself.
 *
 * `onState(state, reason)` tells where it is:
 * `connecting`, `connected`, `waiting` (for the next attempt), `refused` (CONNECT_ERROR that a retry cannot
 * heal), `stopped` (by `disconnect()` or by the server's will). Frames are handled in the order they came.
 */
import { Engine } from './engine.js';

const FINAL_REFUSALS = ['unauthorized', 'forbidden'];
const OPEN_TIMEOUTS = [6000, 12000, 20000];
const CONNECT_TIMEOUT = 15000;
const STABLE_AFTER = 10000;
const MEMORY = 'martlet.polling-until';
const MEMORY_TIME = 10 * 60 * 1000;
/** Only these say something about the transport; all others ended an attempt for reasons of their own. */
const TRANSPORT_FAILURES = ['transport error', 'transport close', 'timeout'];

/** Milliseconds to wait before attempt number `attempt` (0 is the first), `random` in 0..<1. */
export function backoff(attempt, random = Math.random()) {
  return Math.round(Math.min(15000, 800 * 2 ** attempt) * (0.4 + 0.6 * random));
}

/** `{type, id?, data?}` of a packet of the main namespace, or null for any other. */
export function decodePacket(text) {
  const [, type, namespace, id, json] = /^([0-4])(?:(\/[^,]*),?)?(\d+)?(.*)$/s.exec(text) ?? [];
  if (!type || (namespace && namespace !== '/')) return null;
  try {
    return { type, id, data: json ? JSON.parse(json) : undefined };
  } catch {
    return null;
  }
}

export class Socket {
  state = 'stopped';
  onState = () => {};
  #options;
  #engine;
  #timer;
  #transports = [];
  #webSocketFailed = false;
  #failures = 0;
  #askedToWait = 0;
  #webSocketWorks = false;
  #connectedAt = 0;
  #listeners = new Map();
  #acks = new Map();
  #ackId = 0;
  #early = [];

  /** `auth()` is asked at each connect; `memory` is like sessionStorage and keeps for a while that WebSocket failed. */
  constructor({ url, auth = () => undefined, memory, env = globalThis }) {
    this.#options = { url: `${url}?EIO=4`, auth, memory, env };
    const { document } = env;
    env.addEventListener?.('online', () => this.#wake());
    env.addEventListener?.('offline', () => this.#engine?.close('offline'));
    env.addEventListener?.('pageshow', (event) => event.persisted && this.#wake());
    env.addEventListener?.('pagehide', () => this.#engine?.close('page hidden'));
    document?.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.#wake());
  }

  connect() {
    if (this.state !== 'connecting' && this.state !== 'connected') this.#attempt();
  }

  disconnect(reason = 'io client disconnect') {
    clearTimeout(this.#timer);
    if (this.state === 'connected') this.#engine.send('1');
    this.#move('stopped', reason);
    this.#engine?.close(reason);
  }

  /** Gives this connection up (it answers no more, or as somebody else) and opens the next one at once. */
  restart(reason) {
    if (this.state === 'stopped' || this.state === 'refused') return;
    if (this.state === 'waiting') return this.#attempt();
    this.#failures = -1;
    this.#engine?.close(reason);
  }

  on(event, listener) {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
  }

  emit(event, ...args) {
    if (this.state === 'connected') this.#engine.send(`2${JSON.stringify([event, ...args])}`);
  }

  /** Emits and resolves with the ack's first value; rejects with `Error("disconnected")` or `Error("timeout")`. */
  request(event, payload, timeout = 10000) {
    return new Promise((resolve, reject) => {
      if (this.state !== 'connected') return reject(new Error('disconnected'));
      const id = String(this.#ackId++);
      const timer = setTimeout(() => {
        this.#acks.delete(id);
        reject(new Error('timeout'));
      }, timeout);
      this.#acks.set(id, { resolve, reject, timer });
      this.#engine.send(`2${id}${JSON.stringify([event, payload])}`);
    });
  }

  #attempt() {
    clearTimeout(this.#timer);
    this.#transports = this.#choose();
    this.#webSocketFailed = false;
    this.#move('connecting');
    this.#open();
  }

  /** A server that restarts refuses WebSocket as a blocking proxy does: where WebSocket worked, be slow to doubt it. */
  #choose() {
    if (this.#webSocketWorks) return this.#failures < 3 ? ['websocket'] : ['websocket', 'polling'];
    const left = Number(this.#options.memory?.getItem(MEMORY)) - Date.now();
    return left > 0 && left <= MEMORY_TIME ? ['polling', 'websocket'] : ['websocket', 'polling'];
  }

  #open() {
    const { url, auth, memory, env } = this.#options;
    const transport = this.#transports.shift();
    let isOpen = false;
    const engine = new Engine({
      transport,
      url,
      env,
      onOpen: () => {
        isOpen = true;
        if (transport === 'websocket') this.#webSocketWorks = true;
        if (this.#webSocketWorks) memory?.removeItem(MEMORY);
        else if (this.#webSocketFailed) memory?.setItem(MEMORY, String(Date.now() + MEMORY_TIME));
        this.#expire(engine, CONNECT_TIMEOUT);
        const payload = auth();
        engine.send(`0${payload ? JSON.stringify(payload) : ''}`);
      },
      onMessage: (text) => this.#receive(text, engine),
      onClose: (reason) => {
        if (this.#engine !== engine) return;
        const isFault = this.state === 'connecting' && !isOpen && TRANSPORT_FAILURES.includes(reason);
        this.#webSocketFailed ||= isFault && transport === 'websocket';
        if (isFault && this.#transports.length > 0) this.#open();
        else this.#lost(reason);
      },
    });
    this.#engine = engine;
    this.#expire(engine, OPEN_TIMEOUTS[Math.max(0, Math.min(this.#failures, OPEN_TIMEOUTS.length - 1))]);
  }

  #expire(engine, delay) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => engine.close('timeout'), delay);
  }

  #receive(text, engine) {
    const packet = decodePacket(text);
    if (!packet) return;
    const { type, id, data } = packet;
    if (type === '0') {
      clearTimeout(this.#timer);
      this.#connectedAt = Date.now();
      this.#move('connected');
      // Some servers send events while they still decide; here they come after the connect, in their order.
      for (const early of this.#early.splice(0)) this.#receive(early, engine);
    } else if (type === '2' && this.state === 'connecting') {
      this.#early.push(text);
    } else if (type === '1') {
      this.#move('stopped', 'io server disconnect');
      engine.close('io server disconnect');
    } else if (type === '2' && Array.isArray(data)) {
      const [event, ...args] = data;
      const ack = id === undefined ? [] : [(...values) => engine.send(`3${id}${JSON.stringify(values)}`)];
      for (const listener of this.#listeners.get(event) ?? []) listener(...args, ...ack);
    } else if (type === '3') {
      const waiting = this.#acks.get(id);
      this.#acks.delete(id);
      clearTimeout(waiting?.timer);
      waiting?.resolve(data?.[0]);
    } else if (type === '4') {
      if (FINAL_REFUSALS.includes(data?.message)) this.#move('refused', data.message);
      this.#askedToWait = Number(data?.data?.retryAfterMs) || 0;
      engine.close(data?.message);
    }
  }

  #lost(reason) {
    clearTimeout(this.#timer);
    this.#engine = undefined;
    this.#early = [];
    for (const { reject, timer } of this.#acks.values()) {
      clearTimeout(timer);
      reject(new Error('disconnected'));
    }
    this.#acks.clear();
    if (this.state === 'stopped' || this.state === 'refused') return;
    const wasStable = this.state === 'connected' && Date.now() - this.#connectedAt > STABLE_AFTER;
    if (wasStable && this.#failures > 0) this.#failures = 0;
    const pause = this.#failures < 0 ? 0 : backoff(this.#failures);
    // Spread, since others were told the same.
    this.#timer = setTimeout(() => this.#attempt(), Math.max(pause, this.#askedToWait * (1 + Math.random() / 2)));
    this.#askedToWait = 0;
    this.#failures += 1;
    this.#move('waiting', reason);
  }

  #wake() {
    if (this.state === 'waiting') this.#attempt();
    else if (this.#engine?.isSilent) this.#engine.close('ping timeout');
  }

  #move(state, reason) {
    if (this.state === state) return;
    this.state = state;
    this.onState(state, reason);
  }
}
