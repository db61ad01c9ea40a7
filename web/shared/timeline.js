/**
 * The rows of a conversation as shown: day separators and messages, grouped by sender: `isContinued` says that the
 * sender is still the same, `isEnd` that the time and state have to be shown here.
 * `dayOf(timestamp)` names the day, so that the reader's time zone counts. `isLost`: there is no connection, so that
 * what waits is held and can be taken back.
 */
import { isClosed, sideOf, stateOf } from './conversation.js';

const GROUP_TIME = 5 * 60 * 1000;

export function timeline(conversation, dayOf, isLost = false) {
  const stored = conversation.messages.map((message) => storedRow(conversation, message));
  const waiting = conversation.pending.map((entry) => pendingRow(conversation, entry, isLost));
  const rows = [];
  let previous;
  for (const row of [...stored, ...waiting]) {
    const day = dayOf(row.timestamp);
    const isNewDay = !previous || day !== dayOf(previous.timestamp);
    if (isNewDay) rows.push({ kind: 'day', key: `day ${day}`, timestamp: row.timestamp });
    const next = { ...row, isContinued: !isNewDay && continues(previous, row), isEnd: true };
    if (next.isContinued && previous.state === row.state) rows.at(-1).isEnd = false;
    rows.push(next);
    previous = row;
  }
  return rows;
}

function storedRow(conversation, message) {
  const isOwn = sideOf(message.senderRole) === conversation.side;
  // The key outlives the ack: the bubble that was waiting is the one that is stored.
  const key = (isOwn && message.clientId) || message.messageId;
  return { ...message, kind: 'message', key, isOwn, state: stateOf(conversation, message) };
}

function pendingRow(conversation, entry, isLost) {
  const row = { ...entry, kind: 'message', key: entry.clientId, isOwn: true, senderId: null, timestamp: entry.at };
  return { ...row, isLocked: isClosed(conversation), isHeld: isLost && entry.state === 'waiting' };
}

function continues(previous, row) {
  const isSameSender = previous.isOwn === row.isOwn && (row.senderId === null || row.senderId === previous.senderId);
  return isSameSender && new Date(row.timestamp) - new Date(previous.timestamp) < GROUP_TIME;
}
