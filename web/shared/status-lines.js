import { h, icon, setAttribute, setChildren, setText } from './dom.js';

const SILENT_FOR = 2000;
const SHORT_WAIT = 1000;

/** Calls back with true when there has been no connection for 2 s, and with false when there is one again. */
export function watchLoss(client, tell) {
  let timer;
  const look = () => {
    if (!client.isReady) {
      timer ??= setTimeout(tell, SILENT_FOR, true);
      return;
    }
    clearTimeout(timer);
    timer = undefined;
    tell(false);
  };
  client.on('state', look);
  client.on('ready', look);
}

/**
 * The connection in words: silent for 2 s, since most interruptions are over before somebody notices. While there is
 * one, it counts down to `retryAt()` (0: nothing waits), when the server asked for patience.
 */
export function createConnectionLine({ client, hasPending, retryAt = () => 0 }) {
  const element = h('p', {
    class: 'connection',
    role: 'status',
    id: 'connection',
    'data-testid': 'connection',
    dataset: { state: 'connecting' },
  });
  let timer;
  let countdown;
  let wasReady = false;

  /** Announced once, not at each second. Waits that nobody would notice are not told. */
  function count(wait) {
    const isShown = wait > SHORT_WAIT || (wait > 0 && element.textContent !== '');
    setAttribute(element, 'aria-live', isShown && element.textContent ? 'off' : null);
    setText(element, isShown ? `One moment: sending again in ${Math.ceil(wait / 1000)} s` : '');
    if (isShown) countdown = setTimeout(refresh, wait % 1000 || 1000);
  }

  function show() {
    const isOffline = navigator.onLine === false;
    const promise = hasPending() ? ', your message will be sent' : '';
    const start = isOffline ? 'You are offline' : wasReady ? 'Reconnecting' : 'Connecting';
    setText(element, `${start}${promise}${isOffline ? '.' : promise ? '.' : '…'}`);
  }

  function refresh() {
    const isReady = client.isReady;
    const isOver = client.state === 'refused' || client.state === 'stopped';
    element.dataset.state = isReady ? 'ready' : client.state;
    clearTimeout(countdown);
    if (isReady || isOver) {
      wasReady ||= isReady;
      clearTimeout(timer);
      timer = undefined;
      count(isReady ? retryAt() - Date.now() : 0);
    } else if (timer === undefined) {
      timer = setTimeout(() => {
        timer = null;
        show();
      }, SILENT_FOR);
    } else if (timer === null) {
      show();
    }
  }

  client.on('state', refresh);
  client.on('ready', refresh);
  refresh();
  return { element, refresh };
}

/** Who is typing, with dots; `names` empty: nobody. */
export function createTypingLine() {
  const words = h('span');
  const dots = h('span', { class: 'dots', 'aria-hidden': 'true' }, h('i'), h('i'), h('i'));
  const element = h('p', { class: 'typing', role: 'status', id: 'typing', 'data-testid': 'typing' });
  return {
    element,
    update(names) {
      setText(words, names.length > 1 ? `${names.join(', ')} are typing` : `${names[0]} is typing`);
      setChildren(element, names.length ? [dots, words] : []);
    },
  };
}

/** A sentence about what failed, next to it, with what can be done. The same one again changes nothing. */
export function createErrorLine({ action, ...properties } = {}) {
  const element = h('p', { class: 'error-line', role: 'alert', hidden: true, ...properties });
  let shown = '';
  return {
    element,
    show(sentence) {
      if (sentence === shown) return;
      shown = sentence;
      setChildren(element, sentence ? [icon('alert'), h('span', {}, sentence), action].filter(Boolean) : []);
      element.hidden = !sentence;
    },
  };
}
