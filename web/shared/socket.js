/**
 * A small client of Engine.IO 4 and Socket.IO 5 for the main namespace: events, requests with an ack, reconnecting by
 * itself, over WebSocket or, where that fails, polling. Frames are handled in the order they came.
 *
 * `onState(state, reason)` tells where it is:
 * `connecting`, `connected`, `waiting` (for the next attempt), `refused` (CONNECT_ERROR that a retry cannot
 * heal), `stopped` (by `disconnect()` or by the server's will).
 */
const FINAL_REFUSALS = ['unauthorized', 'forbidden', 'not_found'];
const CONNECT_TIMEOUT = 15000;
const STABLE_AFTER = 10000;
const POLLING_UNTIL = 'martlet.polling-until';
const POLLING_TIME = 600000;

/** Milliseconds to wait before attempt number `attempt` (0 is the first), `random` in 0..<1. */
export const backoff = (attempt, random = Math.random()) =>
  Math.round(Math.min(15000, 800 * 2 ** attempt) * (0.4 + 0.6 * random));

/** `{type, id?, data?}` of a packet of the main namespace, or null for any other. */
export function decodePacket(text) {
  const [, type, id, json] = /^([0-4])(?:\/,)?(\d+)?(?!\/)(.*)$/s.exec(text) ?? [];
  try {
    return type ? { type, id, data: json ? JSON.parse(json) : undefined } : null;
  } catch {
    return null;
  }
}

/**
 * `auth()` is asked at each connect; `memory` is like sessionStorage and keeps for a while that WebSocket failed.
 * `env` has `WebSocket` and `fetch`.
 */
export function openSocket({ url, auth = () => {}, memory, env = globalThis }) {
  const address = `${url}?EIO=4`;
  const listeners = new Map();
  const acks = new Map();
  let wire;
  /** Ends the connection there is, once. */
  let close = () => {};
  /** For the next attempt, for the end of one, or for the server's silence: there is one of them at a time. */
  let timer;
  let patience;
  let heardAt;
  let webSocketWorks;
  let webSocketFailed;
  let failures = 0;
  let askedToWait = 0;
  let connectedAt;
  let lastAck = 0;

  const isUp = () => self.state === 'connected';
  const isOver = () => self.state === 'stopped' || self.state === 'refused';
  const write = (packet) => wire.readyState === 1 && wire.send(packet);
  const later = (delay, work, value) => {
    clearTimeout(timer);
    timer = setTimeout(work, delay, value);
  };
  const move = (state, reason) => {
    if (self.state === state) return;
    self.state = state;
    self.onState(state, reason);
  };

  function attempt() {
    const left = memory?.getItem(POLLING_UNTIL) - Date.now();
    const isRemembered = left > 0 && left <= POLLING_TIME;
    webSocketFailed = false;
    move('connecting');
    // A server that restarts refuses WebSocket as a blocking proxy does: where it worked, be slow to doubt it.
    open(isRemembered, !webSocketWorks || failures > 2);
  }

  function open(isPolling, hasOther) {
    let own;
    let isOpen;
    let isEnded;
    const end = (reason) => {
      if (isEnded) return;
      isEnded = true;
      own?.close();
      // Other reasons say nothing about the transport.
      const isFault = self.state === 'connecting' && !isOpen && /^transport|^timeout/.test(reason);
      webSocketFailed ||= isFault && !isPolling;
      if (isFault && hasOther) open(!isPolling);
      else lost(reason);
    };
    const begin = (made) => {
      if (isEnded) return made.close();
      wire = own = made;
      own.onclose = () => end('transport close');
      own.onerror = () => end('transport error');
      own.onmessage = ({ data }) => {
        if (isEnded) return;
        heardAt = Date.now();
        const body = data.slice(1);
        if (data[0] === '0') {
          const { pingInterval, pingTimeout } = JSON.parse(body);
          patience = pingInterval + pingTimeout;
          isOpen = true;
          webSocketWorks ||= !isPolling;
          if (webSocketWorks) memory?.removeItem(POLLING_UNTIL);
          else if (webSocketFailed) memory?.setItem(POLLING_UNTIL, Date.now() + POLLING_TIME);
          later(CONNECT_TIMEOUT, end, 'timeout');
          write(`40${JSON.stringify(auth()) ?? ''}`);
        } else if (data[0] === '1') {
          end('transport close');
        } else if (data[0] === '2') {
          write('3');
        } else if (data[0] === '4') {
          receive(decodePacket(body) ?? {});
        }
        if (isUp() && !isEnded) later(patience, end, 'ping timeout');
      };
    };
    close = end;
    later(Math.min(20000, 6000 * 2 ** failures), end, 'timeout');
    if (isPolling) {
      import('./polling.js').then(({ openPolling }) => begin(openPolling(address, env.fetch)), () => end('transport error'));
      return;
    }
    try {
      begin(new env.WebSocket(`${address.replace(/^http/, 'ws')}&transport=websocket`));
    } catch {
      setTimeout(end, 0, 'transport error');
    }
  }

  function receive({ type, id, data }) {
    if (type === '0') {
      connectedAt = Date.now();
      move('connected');
    } else if (type === '1') {
      move('stopped', 'io server disconnect');
      close();
    } else if (type === '2') {
      const [event, ...values] = data;
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
    acks.forEach((settle) => settle(null, 'disconnected'));
    clearTimeout(timer);
    if (isOver()) return;
    if (isUp() && Date.now() - connectedAt > STABLE_AFTER) failures = Math.min(failures, 0);
    // Spread, since others were told the same.
    later(Math.max(failures < 0 ? 0 : backoff(failures), askedToWait * (1 + Math.random() / 2)), attempt);
    askedToWait = 0;
    failures += 1;
    move('waiting', reason);
  }

  function wake() {
    if (self.state === 'waiting') attempt();
    // Timers stand still while a computer sleeps.
    else if (isUp() && Date.now() - heardAt > patience) close('ping timeout');
  }

  const { document } = env;
  const listen = (event, work) => env.addEventListener?.(event, work);
  listen('online', wake);
  listen('offline', () => close('offline'));
  listen('pageshow', (event) => event.persisted && wake());
  listen('pagehide', () => close('page hidden'));
  document?.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && wake());

  const self = {
    state: 'stopped',
    onState() {},
    connect() {
      if (self.state === 'waiting' || isOver()) attempt();
    },
    disconnect(reason = 'io client disconnect') {
      clearTimeout(timer);
      if (isUp()) write('41');
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
      if (isUp()) write(`42${JSON.stringify(values)}`);
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
        write(`42${id}${JSON.stringify([event, payload])}`);
      }),
  };
  return self;
}
