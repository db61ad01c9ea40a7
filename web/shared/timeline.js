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
  return {
    kind: 'message',
    // The key outlives the ack: the bubble that was waiting is the one that is stored.
    key: (isOwn && message.clientId) || message.messageId,
    seq: message.seq,
    isOwn,
    senderId: message.senderId,
    senderName: message.senderName,
    text: message.text,
    timestamp: message.timestamp,
    state: stateOf(conversation, message),
  };
}

function pendingRow(conversation, { clientId, text, at, state, error }, isLost) {
  const row = { kind: 'message', key: clientId, isOwn: true, senderId: null, text, timestamp: at, state, error };
  return { ...row, isLocked: isClosed(conversation), isHeld: isLost && state === 'waiting' };
}

function continues(previous, row) {
  const isSameSender = previous.isOwn === row.isOwn && (row.senderId === null || row.senderId === previous.senderId);
  return isSameSender && new Date(row.timestamp) - new Date(previous.timestamp) < GROUP_TIME;
}
