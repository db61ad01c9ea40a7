/**
 * One conversation as a value: each function returns a new one, or the same one if nothing changed.
 *
 * `side` is who looks at it: "guest" or "agents". `messages` are the stored ones in order of seq, `pending` the own
 * ones on their way: `{clientId, text, at, error?}`, with an error when it is not sent by itself any more. `start` is
 * the seq from which on it is known.
 */
const TYPING_TIME = 5000;

export const emptyConversation = (side) =>
  ({ side, start: 1, messages: [], pending: [], typing: [], reads: { guest: 0, agents: 0 } });

export const sideOf = (role) => (role === 'guest' ? role : 'agents');

/** A ticket as the server told it; an older version than the known one changes nothing but the reads. */
export function withTicket(conversation, ticket, closedBy = ticket.closedBy) {
  const known = conversation.ticket;
  return withReads(ticket.version < known?.version ? conversation : {
    ...conversation,
    ticket: { ...ticket, lastSeq: Math.max(ticket.lastSeq, known?.lastSeq ?? 0) },
    closedBy: ticket.status === 'closed' ? closedBy ?? conversation.closedBy : undefined,
  }, ticket.reads);
}

/** The newest page of a conversation that exists already: what is older than all that is here is loaded on demand. */
export const withNewestPage = (conversation, page) => withPage({
  ...conversation, start: conversation.messages[0]?.seq ?? page.messages[0]?.seq ?? page.ticket.lastSeq + 1,
}, page);

export const withPage = (conversation, { ticket, messages }) => withMessages(withTicket(conversation, ticket), messages);

/** Stored messages, from an ack, an echo or history, in any order and any number of times. */
export function withMessages(conversation, messages) {
  const all = new Map([...messages, ...conversation.messages].map((message) => [message.seq, message]));
  const pending = conversation.pending.filter((entry) => !messages.some(({ clientId }) => clientId === entry.clientId));
  if (all.size === conversation.messages.length && pending.length === conversation.pending.length) return conversation;
  return {
    ...conversation,
    start: Math.min(conversation.start, ...all.keys()),
    messages: [...all.values()].sort((a, b) => a.seq - b.seq),
    pending,
    typing: conversation.typing.filter(({ userId }) => !messages.some(({ senderId }) => senderId === userId)),
  };
}

export const withPending = (conversation, { clientId, text, at }) =>
  conversation.pending.some((entry) => entry.clientId === clientId) ? conversation
    : { ...conversation, pending: [...conversation.pending, { clientId, text, at }] };

/** Without an error, it is sent once more. */
export const withFailure = (conversation, clientId, error) => ({
  ...conversation,
  pending: conversation.pending.map((entry) => (entry.clientId === clientId ? { ...entry, error } : entry)),
});

export const withoutPending = (conversation, clientId) =>
  ({ ...conversation, pending: conversation.pending.filter((entry) => entry.clientId !== clientId) });

/** How far each side has read; positions only grow. */
export function withReads(conversation, { guest = 0, agents = 0 } = {}) {
  const { reads } = conversation;
  if (guest <= reads.guest && agents <= reads.agents) return conversation;
  return { ...conversation, reads: { guest: Math.max(guest, reads.guest), agents: Math.max(agents, reads.agents) } };
}

/** `event` is `{userId, role, name, typing}`; whoever types is forgotten 5 s after the last word of it. */
export function withTyping(conversation, event, now) {
  const typing = conversation.typing.filter(({ userId, until }) => userId !== event?.userId && until > now);
  if (event?.typing) typing.push({ ...event, until: now + TYPING_TIME });
  else if (typing.length === conversation.typing.length) return conversation;
  return { ...conversation, typing };
}

/** The last seq up to which nothing is missing, counted from `start`. */
export function contiguousSeq({ start, messages }) {
  let seq = start - 1;
  for (const message of messages) if (message.seq === seq + 1) seq += 1;
  return seq;
}

/** True if the server has newer messages, or some in between, that are not here. */
export function isMissing(conversation) {
  const seq = contiguousSeq(conversation);
  return conversation.ticket?.lastSeq > seq || conversation.messages.at(-1)?.seq > seq;
}

export const hasOlder = ({ start }) => start > 1;

export const isClosed = ({ ticket }) => ticket?.status === 'closed';

/** The first waiting message: they are sent one after the other, in the order they were written in. */
export const nextToSend = ({ pending }) => pending.find((entry) => !entry.error);

export const unreadCount = ({ side, reads, messages }) =>
  messages.filter(({ seq, senderRole }) => seq > reads[side] && sideOf(senderRole) !== side).length;
