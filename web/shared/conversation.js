/**
 * One conversation as a value: each function returns a new one, or the same one if nothing changed.
 *
 * `side` is who looks at it: "guest" or "agents". `messages` are the stored ones in order of seq, `pending` the own
 * ones on their way: `{clientId, text, at, state: "waiting" | "failed", error?}`. `start` is the seq from which on it
 * is known.
 */
export const TYPING_TIME = 5000;

export function emptyConversation(side) {
  const reads = { guest: 0, agents: 0 };
  return { side, ticket: null, closedBy: null, start: 1, messages: [], pending: [], typing: [], reads };
}

export const sideOf = (role) => (role === 'guest' ? 'guest' : 'agents');
const otherSide = (side) => (side === 'guest' ? 'agents' : 'guest');

/** A ticket as the server told it; an older version than the known one changes nothing but the reads. */
export function withTicket(conversation, ticket, closedBy = ticket.closedBy ?? null) {
  const known = conversation.ticket;
  const isNews = !known || !(ticket.version < known.version);
  const next = isNews ? { ...conversation, ticket: withHighestSeq(ticket, known) } : conversation;
  const isClosed = next.ticket.status === 'closed';
  const by = isClosed ? (isNews && closedBy) || conversation.closedBy : null;
  return withReads(by === next.closedBy ? next : { ...next, closedBy: by }, ticket.reads ?? {});
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
  const stored = new Set(messages.map((message) => message.clientId).filter(Boolean));
  const pending = conversation.pending.filter((entry) => !stored.has(entry.clientId));
  const isSettled = pending.length < conversation.pending.length;
  if (!fresh.length && !isSettled) return conversation;
  const senders = new Set(fresh.map((message) => message.senderId));
  return {
    ...conversation,
    start: Math.min(conversation.start, ...fresh.map((message) => message.seq)),
    messages: fresh.length ? [...conversation.messages, ...fresh].sort((a, b) => a.seq - b.seq) : conversation.messages,
    pending: isSettled ? pending : conversation.pending,
    typing: conversation.typing.filter((typist) => !senders.has(typist.userId)),
  };
}

export function withPending(conversation, { clientId, text, at }) {
  if (conversation.pending.some((entry) => entry.clientId === clientId)) return conversation;
  return { ...conversation, pending: [...conversation.pending, { clientId, text, at, state: 'waiting' }] };
}

export function withFailure(conversation, clientId, error) {
  return withEntry(conversation, clientId, { state: 'failed', error });
}

export function withRetry(conversation, clientId) {
  return withEntry(conversation, clientId, { state: 'waiting', error: undefined });
}

export function withoutPending(conversation, clientId) {
  return { ...conversation, pending: conversation.pending.filter((entry) => entry.clientId !== clientId) };
}

/** How far each side has read; positions only grow. */
export function withReads(conversation, { guest = 0, agents = 0 }) {
  const { reads } = conversation;
  if (guest <= reads.guest && agents <= reads.agents) return conversation;
  return { ...conversation, reads: { guest: Math.max(guest, reads.guest), agents: Math.max(agents, reads.agents) } };
}

/** `event` is `{userId, role, name, typing}`; whoever types is forgotten 5 s after the last word of it. */
export function withTyping(conversation, event, now) {
  const others = conversation.typing.filter((typist) => typist.userId !== event.userId);
  if (!event.typing && others.length === conversation.typing.length) return conversation;
  const { userId, role, name } = event;
  const typing = event.typing ? [...others, { userId, role, name, until: now + TYPING_TIME }] : others;
  return { ...conversation, typing };
}

export function withoutExpiredTyping(conversation, now) {
  const typing = conversation.typing.filter((typist) => typist.until > now);
  return typing.length < conversation.typing.length ? { ...conversation, typing } : conversation;
}

/** The last seq up to which nothing is missing, counted from `start`. */
export function contiguousSeq({ start, messages }) {
  let seq = start - 1;
  for (const message of messages) {
    if (message.seq > seq + 1) break;
    seq = Math.max(seq, message.seq);
  }
  return seq;
}

/** True if the server has newer messages, or some in between, that are not here. */
export function isMissing(conversation) {
  const { messages, ticket } = conversation;
  return Math.max(messages.at(-1)?.seq ?? 0, ticket?.lastSeq ?? 0) > contiguousSeq(conversation);
}

export const hasOlder = ({ start }) => start > 1;

export const isClosed = ({ ticket }) => ticket?.status === 'closed';

/** The first waiting message: they are sent one after the other, in the order they were written in. */
export const nextToSend = ({ pending }) => pending.find((entry) => entry.state === 'waiting');

/** Where an own message is: "stored" or "seen"; of the other side: "received". */
export function stateOf({ side, reads }, message) {
  if (sideOf(message.senderRole) !== side) return 'received';
  return message.seq <= reads[otherSide(side)] ? 'seen' : 'stored';
}

export function unreadCount({ side, reads, messages }) {
  return messages.filter((message) => message.seq > reads[side] && sideOf(message.senderRole) !== side).length;
}

function withEntry(conversation, clientId, change) {
  const pending = conversation.pending.map((entry) => (entry.clientId === clientId ? { ...entry, ...change } : entry));
  return { ...conversation, pending };
}

function withHighestSeq(ticket, known) {
  return known && known.lastSeq > ticket.lastSeq ? { ...ticket, lastSeq: known.lastSeq } : ticket;
}
