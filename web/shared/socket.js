/**
 * A small client of Engine.IO 4 and Socket.IO 5 for the main namespace: events, requests with an ack, reconnecting by
 * itself, over WebSocket or, where that fails, polling. Frames are handled in the order they came.
 *
 * Set `onEvent(event, ...values)`, called for each, and `onState(state)`, which tells where it is:
 * `connecting`, `connected`, `waiting` (for the next attempt), `refused` (CONNECT_ERROR that a retry cannot
 * heal), `stopped` (by `disconnect()` or by the server's will).
 */
const FINAL_REFUSALS = ['unauthorized', 'forbidden', 'not_found'];
const CONNECT_TIMEOUT = 15000;
const STABLE_AFTER = 10000;
const POLLING_UNTIL = 'martlet.polling-until';
const POLLING_TIME = 600000;

/** Milliseconds to wait before attempt number `attempt` (0 is the first), `random` in 0..<1. */
export const backoff = (attempt, random = Math.random()) => Math.min(15000, 800 * 2 ** attempt) * (0.4 + 0.6 * random);

const unanswered = (code) => ({ error: { code, isUnanswered: true } });

/**
 * `auth()` is asked at each connect; `memory` is like sessionStorage and keeps for a while that WebSocket failed.
 */
export function openSocket({ url, auth, memory }) {
  const address = `${url}?EIO=4`;
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
  const write = (type, value) => wire.send(type + (JSON.stringify(value) ?? ''));
  const later = (delay, work) => {
    clearTimeout(timer);
    timer = setTimeout(work, delay);
  };
  const move = (state) => {
    if (self.state === state) return;
    self.state = state;
    self.onState(state);
  };

  function attempt() {
    const left = memory.getItem(POLLING_UNTIL) - Date.now();
    webSocketFailed = false;
    move('connecting');
    // A server that restarts refuses WebSocket as a blocking proxy does: where it worked, be slow to doubt it.
    open(left > 0 && left <= POLLING_TIME, !webSocketWorks || failures > 2);
  }

  function open(isPolling, hasOther) {
    let own;
    let isOpen;
    let isEnded;
    /** `isFault`: it may be the transport's. */
    const end = (isFault) => {
      if (isEnded) return;
      isEnded = true;
      own?.close();
      isFault &&= self.state === 'connecting' && !isOpen;
      webSocketFailed ||= isFault && !isPolling;
      if (isFault && hasOther) open(!isPolling);
      else lost();
    };
    const fail = () => end(true);
    const packets = {
      0({ pingInterval, pingTimeout }) {
        patience = pingInterval + pingTimeout;
        isOpen = true;
        webSocketWorks ||= !isPolling;
        if (webSocketWorks) memory.removeItem(POLLING_UNTIL);
        else if (webSocketFailed) memory.setItem(POLLING_UNTIL, Date.now() + POLLING_TIME);
        later(CONNECT_TIMEOUT, end);
        write('40', auth?.());
      },
      1: fail,
      2: () => write('3'),
      40() {
        connectedAt = Date.now();
        move('connected');
      },
      41() {
        move('stopped');
        end();
      },
      42: (values) => self.onEvent(...values),
      43([value], id) {
        acks.get(id)?.(value);
        acks.delete(id);
      },
      44({ message, data }) {
        if (FINAL_REFUSALS.includes(message)) move('refused');
        askedToWait = data?.retryAfterMs ?? 0;
        end();
      },
    };
    const begin = (made) => {
      if (isEnded) return made.close();
      wire = own = made;
      own.onclose = own.onerror = fail;
      own.onmessage = ({ data }) => {
        if (isEnded) return;
        heardAt = Date.now();
        const [, type, id, json] = /^(4?.?)(\d*)([[{].*)?$/s.exec(data) ?? [];
        packets[type]?.(json && JSON.parse(json), id);
        if (isUp() && !isEnded) later(patience, end);
      };
    };
    close = end;
    later(Math.min(20000, 6000 * 2 ** failures), fail);
    if (isPolling) {
      import('./polling.js').then(({ openPolling }) => begin(openPolling(address)), fail);
      return;
    }
    try {
      begin(new WebSocket(`${address.replace(/^http/, 'ws')}&transport=websocket`));
    } catch {
      setTimeout(fail);
    }
  }

  function lost() {
    acks.forEach((answer) => answer(unanswered('disconnected')));
    acks.clear();
    clearTimeout(timer);
    if (isOver()) return;
    if (isUp() && Date.now() - connectedAt > STABLE_AFTER) failures = Math.min(failures, 0);
    // Spread, since others were told the same.
    later(Math.max(failures < 0 ? 0 : backoff(failures), askedToWait * (1 + Math.random() / 2)), attempt);
    askedToWait = 0;
    failures += 1;
    move('waiting');
  }

  function wake() {
    if (self.state === 'waiting') attempt();
    // Timers stand still while a computer sleeps.
    else if (isUp() && Date.now() - heardAt > patience) close();
  }

  addEventListener('online', wake);
  addEventListener('offline', () => close());
  addEventListener('pageshow', ({ persisted }) => persisted && wake());
  addEventListener('pagehide', () => close());
  addEventListener('visibilitychange', () => document.hidden || wake());

  const self = {
    state: 'stopped',
    connect() {
      if (self.state === 'waiting' || isOver()) attempt();
    },
    disconnect() {
      clearTimeout(timer);
      if (isUp()) write('41');
      move('stopped');
      close();
    },
    /** Gives this connection up (it answers no more, or as somebody else) and opens the next one at once. */
    restart() {
      if (self.state === 'waiting') return attempt();
      if (isOver()) return;
      failures = -1;
      close();
    },
    emit(...values) {
      if (isUp()) write('42', values);
    },
    /** Emits and resolves with the ack's first value, or with an error: `disconnected` or `timeout`. */
    request: (event, payload, timeout = 10000) =>
      new Promise((answer) => {
        if (!isUp()) return answer(unanswered('disconnected'));
        const id = String(lastAck++);
        acks.set(id, answer);
        setTimeout(answer, timeout, unanswered('timeout'));
        write(`42${id}`, [event, payload]);
      }),
  };
  return self;
}
