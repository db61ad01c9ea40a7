/**
 * One conversation as a value: each function returns a new one, or the same one if nothing changed.
 *
 * `side` is who looks at it: "guest" or "agents". `messages` are the stored ones in order of seq, `pending` the own
 * ones on their way: `{clientId, text, at, state: "waiting" | "failed", error?}`. `start` is the seq from which on it
 * is known.
 */
const TYPING_TIME = 5000;

export function emptyConversation(side) {
  const reads = { guest: 0, agents: 0 };
  return { side, ticket: null, closedBy: null, start: 1, messages: [], pending: [], typing: [], reads };
}

export const sideOf = (role) => (role === 'guest' ? role : 'agents');
const isFrom = (side, message) => sideOf(message.senderRole) === side;

/** A ticket as the server told it; an older version than the known one changes nothing but the reads. */
export function withTicket(conversation, ticket, closedBy = ticket.closedBy) {
  const known = conversation.ticket;
  let next = conversation;
  if (!(ticket.version < known?.version)) {
    const lastSeq = Math.max(ticket.lastSeq, known?.lastSeq ?? 0);
    const by = ticket.status === 'closed' ? closedBy ?? conversation.closedBy : null;
    next = { ...conversation, ticket: { ...ticket, lastSeq }, closedBy: by };
  }
  return withReads(next, ticket.reads ?? {});
}

/** The newest page of a conversation that exists already: what comes before it is only loaded on demand. */
export function withNewestPage(conversation, { ticket, messages }) {
  const start = messages[0]?.seq ?? ticket.lastSeq + 1;
  return withMessages({ ...withTicket(conversation, ticket), start }, messages);
}

/** Stored messages, from an ack, an echo or history, in any order and any number of times. */
export function withMessages(conversation, messages) {
  const known = new Set(conversation.messages.map((message) => message.seq));
  const fresh = messages.filter((message) => !known.has(message.seq) && known.add(message.seq));
  const pending = conversation.pending.filter((entry) => !messages.some((message) => message.clientId === entry.clientId));
  if (!fresh.length && pending.length === conversation.pending.length) return conversation;
  return {
    ...conversation,
    start: Math.min(conversation.start, ...fresh.map((message) => message.seq)),
    messages: [...conversation.messages, ...fresh].sort((a, b) => a.seq - b.seq),
    pending,
    typing: conversation.typing.filter((typist) => !fresh.some((message) => message.senderId === typist.userId)),
  };
}

export function withPending(conversation, { clientId, text, at }) {
  if (conversation.pending.some((entry) => entry.clientId === clientId)) return conversation;
  return { ...conversation, pending: [...conversation.pending, { clientId, text, at, state: 'waiting' }] };
}

export const withFailure = (conversation, clientId, error) =>
  withEntry(conversation, clientId, (entry) => [{ ...entry, state: 'failed', error }]);

export const withRetry = (conversation, clientId) =>
  withEntry(conversation, clientId, (entry) => [{ ...entry, state: 'waiting', error: undefined }]);

export const withoutPending = (conversation, clientId) => withEntry(conversation, clientId, () => []);

const withEntry = (conversation, clientId, change) => ({
  ...conversation,
  pending: conversation.pending.flatMap((entry) => (entry.clientId === clientId ? change(entry) : entry)),
});

/** How far each side has read; positions only grow. */
export function withReads(conversation, { guest = 0, agents = 0 }) {
  const { reads } = conversation;
  if (guest <= reads.guest && agents <= reads.agents) return conversation;
  return { ...conversation, reads: { guest: Math.max(guest, reads.guest), agents: Math.max(agents, reads.agents) } };
}

/** `event` is `{userId, role, name, typing}`; whoever types is forgotten 5 s after the last word of it. */
export function withTyping(conversation, { userId, role, name, typing }, now) {
  const others = conversation.typing.filter((typist) => typist.userId !== userId);
  if (typing) others.push({ userId, role, name, until: now + TYPING_TIME });
  else if (others.length === conversation.typing.length) return conversation;
  return { ...conversation, typing: others };
}

export function withoutExpiredTyping(conversation, now) {
  const typing = conversation.typing.filter((typist) => typist.until > now);
  return typing.length < conversation.typing.length ? { ...conversation, typing } : conversation;
}

/** The last seq up to which nothing is missing, counted from `start`. */
export function contiguousSeq({ start, messages }) {
  let seq = start - 1;
  for (const message of messages) if (message.seq === seq + 1) seq += 1;
  return seq;
}

/** True if the server has newer messages, or some in between, that are not here. */
export const isMissing = (conversation) =>
  Math.max(conversation.messages.at(-1)?.seq ?? 0, conversation.ticket?.lastSeq ?? 0) > contiguousSeq(conversation);

export const hasOlder = ({ start }) => start > 1;

export const isClosed = ({ ticket }) => ticket?.status === 'closed';

/** The first waiting message: they are sent one after the other, in the order they were written in. */
export const nextToSend = ({ pending }) => pending.find((entry) => entry.state === 'waiting');

/** Where an own message is: "stored" or "seen"; of the other side: "received". */
export function stateOf({ side, reads }, message) {
  if (!isFrom(side, message)) return 'received';
  return message.seq <= reads[side === 'guest' ? 'agents' : 'guest'] ? 'seen' : 'stored';
}

export const unreadCount = ({ side, reads, messages }) =>
  messages.filter((message) => message.seq > reads[side] && !isFrom(side, message)).length;
