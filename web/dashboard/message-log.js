/**
 * The messages of a conversation: stays at the newest unless the reader scrolled up, loads older ones on the way up,
 * and tells by `onSeen()` that the newest message is in front of somebody.
 */
import { unreadCount } from '../shared/conversation.js';
import { h, icon, keyedList, setText } from '../shared/dom.js';
import { timeline } from '../shared/timeline.js';
import { messageRow } from './message-row.js';
import { noteRow } from './note-row.js';
import { noNotes, withNoteRows } from './notes.js';
import { withUnreadRow } from './unread-row.js';

const NEAR = 48;

export function createMessageLog({ label, format, onOlder, onSeen, noteOptions, ...rowOptions }) {
  const older = h(
    'button',
    { type: 'button', class: 'button quiet older', onclick: loadOlder },
    'Show earlier messages',
  );
  const rows = h('div', { class: 'rows' });
  const log = h(
    'div',
    { class: 'log', role: 'log', 'aria-label': label, 'aria-live': 'off', tabindex: '0', 'data-testid': 'message-log' },
    rows,
  );
  const newer = h('button', { type: 'button', class: 'newer', hidden: true, onclick: toEnd }, icon('down'), h('span'));
  const element = h('div', { class: 'log-frame' }, log, newer);
  const day = {
    make: () => h('p', { class: 'day', 'aria-live': 'off' }, h('span')),
    fill: (item, row) => setText(item.firstChild, row.label),
  };
  const unread = {
    make: () => h('p', { class: 'day unread-line', 'aria-live': 'off' }, h('span', {}, 'New')),
    fill: () => {},
  };
  const kinds = { day, unread, message: messageRow({ format, ...rowOptions }), note: noteRow({ format, ...noteOptions }) };
  const kindOf = (row) => kinds[row.kind];
  const show = keyedList(rows, {
    keyOf: (row) => row.key,
    make: (row) => kindOf(row).make(row),
    fill: (item, row) => kindOf(row).fill(item, row),
  });
  let isAtEnd = true;
  let isLoading = false;
  let lastKey;
  let firstSeq;
  let state;

  function update(next, { notes = noNotes, unreadFrom = Infinity, hasOlder = false, isLost = false, key = '' } = {}) {
    const isOther = state === undefined || key !== element.dataset.key;
    const now = Date.now();
    const rowsOfAll = withUnreadRow(withNoteRows(timeline(next, format.dayKey, isLost), notes, next.start), unreadFrom);
    const items = rowsOfAll.map((row) =>
      row.kind === 'day' ? { ...row, label: format.dayName(row.timestamp, now) } : row);
    const first = next.messages[0]?.seq;
    const isPrepended = !isOther && firstSeq !== undefined && first < firstSeq;
    const own = items.at(-1)?.isOwn && items.at(-1).state === 'waiting' && items.at(-1).key !== lastKey;
    const height = log.scrollHeight;
    // A conversation that is opened, or its older part, is there to be read, not to be announced.
    log.setAttribute('aria-live', isOther || isPrepended || !items.length ? 'off' : 'polite');
    state = next;
    element.dataset.key = key;
    lastKey = items.at(-1)?.key;
    firstSeq = first;
    show(items, hasOlder ? [older] : []);
    if (isOther || own || isAtEnd) toEnd();
    else if (isPrepended) log.scrollTop += log.scrollHeight - height;
    look();
  }

  function toEnd() {
    log.scrollTop = log.scrollHeight;
    isAtEnd = true;
    look();
  }

  function look() {
    const isVisible = document.visibilityState === 'visible' && log.clientHeight > 0;
    const unread = state && !isAtEnd ? unreadCount(state) : 0;
    if (isAtEnd && document.activeElement === newer) log.focus({ preventScroll: true });
    newer.hidden = isAtEnd;
    newer.classList.toggle('has-news', unread > 0);
    const news = unread === 1 ? '1 new message' : `${unread} new messages`;
    setText(newer.lastChild, unread === 0 ? 'To the newest' : news);
    if (isAtEnd && isVisible && state) onSeen();
  }

  async function loadOlder() {
    if (isLoading) return;
    isLoading = true;
    older.disabled = true;
    try {
      await onOlder();
    } finally {
      isLoading = false;
      older.disabled = false;
    }
  }

  log.addEventListener('scroll', () => {
    isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
    if (log.scrollTop < NEAR && older.isConnected) loadOlder();
    look();
  });
  new ResizeObserver(() => isAtEnd && toEnd()).observe(log);
  document.addEventListener('visibilitychange', look);
  return {
    element,
    log,
    update,
    /** Brings a message before the eyes; false if it is not here. */
    reveal(seq) {
      const target = rows.querySelector(`[data-seq="${Number(seq)}"]`);
      if (!target) return false;
      isAtEnd = false;
      target.scrollIntoView({ block: 'center' });
      for (const other of rows.querySelectorAll('.is-found')) other.classList.remove('is-found');
      target.classList.add('is-found');
      return true;
    },
  };
}
