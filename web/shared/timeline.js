/**
 * The rows of a conversation as shown: day separators and messages, grouped by sender: `isContinued` says that the
 * sender is still the same, `isEnd` that the time and state have to be shown here. `state` is "waiting" or
 * "failed"; of a stored message "stored", "seen" or, from the other side, "received".
 * `dayOf(timestamp)` names the day, so that the reader's time zone counts. `isLost`: there is no connection, so that
 * what waits is held and can be taken back.
 */
import { isClosed, sideOf } from './conversation.js';

const GROUP_TIME = 300000;

export function timeline(conversation, dayOf, isLost) {
  const { side, reads, messages, pending } = conversation;
  const rows = [];
  let previous;
  let lastDay;
  const add = (row) => {
    const { timestamp, senderId, isOwn, state } = row;
    const day = dayOf(timestamp);
    const isContinued = day === lastDay && previous.isOwn === isOwn && (!senderId || senderId === previous.senderId) &&
      new Date(timestamp) - new Date(previous.timestamp) < GROUP_TIME;
    if (day !== lastDay) rows.push({ kind: 'day', key: `day ${day}`, timestamp });
    lastDay = day;
    if (isContinued && previous.state === state) previous.isEnd = false;
    previous = { ...row, kind: 'message', isContinued, isEnd: true };
    rows.push(previous);
  };
  for (const message of messages) {
    const isOwn = sideOf(message.senderRole) === side;
    add({
      ...message,
      // The key outlives the ack: the bubble that was waiting is the one that is stored.
      key: (isOwn && message.clientId) || message.messageId,
      isOwn,
      state: !isOwn ? 'received' : message.seq <= reads[side === 'guest' ? 'agents' : 'guest'] ? 'seen' : 'stored',
    });
  }
  for (const entry of pending) {
    const state = entry.error ? 'failed' : 'waiting';
    add({
      ...entry, key: entry.clientId, timestamp: entry.at, isOwn: true, state,
      isLocked: isClosed(conversation), isHeld: isLost && !entry.error,
    });
  }
  return rows;
}
