/**
 * The tickets an agent knows, as a value: each function returns a new one. Views are filters over one set of tickets,
 * newest activity first. Where a view has more pages on the server, it shows nothing older than its last page,
 * since between older tickets that are known by chance others would be missing.
 */
import { sideOf } from './conversation.js';

export const VIEWS = {
  mine: { query: { status: 'open', assignee: 'me' }, has: (ticket, me) => isOpen(ticket) && ticket.assigneeId === me },
  unassigned: { query: { status: 'open', assignee: 'none' }, has: (ticket) => isOpen(ticket) && !ticket.assigneeId },
  open: { query: { status: 'open' }, has: (ticket) => isOpen(ticket) },
  closed: { query: { status: 'closed' }, has: (ticket) => !isOpen(ticket) },
};

const isOpen = (ticket) => ticket.status === 'open';

/** `counts` are null until the first page came; `isCountStale` asks for new ones. */
export function emptyList(me) {
  const view = { next: undefined, floor: Infinity, isLoaded: false };
  const views = Object.fromEntries(Object.keys(VIEWS).map((name) => [name, view]));
  return { me, tickets: new Map(), views, counts: null, isCountStale: false };
}

/**
 * A page as acked by the server. The first one of a view replaces what the view knew: a ticket that should be on it and
 * is not has left the view unseen. `since` is the list when the page was asked for: what is newer stays.
 * `isRefresh`: events may have been missed, so nothing older than the request is believed, and no other view.
 */
export function withPage(list, name, { tickets, next, counts }, { isFirst, isRefresh = false, since = list }) {
  const oldest = Math.min(...tickets.map(activityOf), isFirst ? Infinity : list.views[name].floor);
  const view = { next, floor: next ? oldest : -Infinity, isLoaded: true };
  const isDoubted = (ticket) =>
    isFirst &&
    !isNewer(ticket, since.tickets.get(ticket.ticketId)) &&
    (isRefresh || (VIEWS[name].has(ticket, list.me) && activityOf(ticket) >= view.floor));
  const paged = new Set(tickets.map((ticket) => ticket.ticketId));
  const merged = new Map([...list.tickets].filter(([id, ticket]) => paged.has(id) || !isDoubted(ticket)));
  for (const ticket of tickets) merged.set(ticket.ticketId, merge(merged.get(ticket.ticketId), ticket));
  const news = counts ? { counts, isCountStale: false } : {};
  const views = isRefresh ? emptyList().views : list.views;
  return { ...list, ...news, tickets: merged, views: { ...views, [name]: view } };
}

const isNewer = (ticket, known) => !known || ticket.version > known.version || ticket.lastSeq > known.lastSeq;

export function withCounts(list, counts) {
  return { ...list, counts, isCountStale: false };
}

/** A ticket from an event or an ack. `isNew`: it did not exist before; `isFetched`: no event told of it. */
export function withTicket(list, ticket, { isNew = false, isFetched = false } = {}) {
  const known = list.tickets.get(ticket.ticketId);
  const merged = merge(known, ticket);
  if (merged === known) return list;
  const tickets = new Map(list.tickets).set(ticket.ticketId, merged);
  if (!list.counts || (!known && isFetched)) return { ...list, tickets };
  if (!known && !isNew) return { ...list, tickets, isCountStale: true };
  const counts = { ...list.counts };
  let hasMoved = false;
  for (const [name, view] of Object.entries(VIEWS)) {
    const change = Number(view.has(merged, list.me)) - Number(Boolean(known && view.has(known, list.me)));
    counts[name] += change;
    hasMoved ||= change !== 0;
  }
  if (isFetched) return { ...list, tickets, isCountStale: list.isCountStale || hasMoved };
  return { ...list, tickets, counts };
}

/** News of an unknown ticket changes nothing here: fetch it, then `withTicket(..., {isFetched: true})`. */
export function withActivity(list, { ticketId, lastSeq, lastMessageAt, lastText, senderRole, version }) {
  const known = list.tickets.get(ticketId);
  if (!known || lastSeq <= known.lastSeq) return list;
  const ticket = { ...known, lastSeq, lastMessageAt, lastText, lastSenderRole: senderRole };
  // Who asks three times has waited since the first.
  ticket.waitingSince = known.lastSenderRole === 'guest' ? waitingSince(known) : lastMessageAt;
  ticket.version = Math.max(known.version, version ?? 0);
  delete ticket.unread;
  return { ...list, tickets: new Map(list.tickets).set(ticketId, ticket) };
}

export function withMessage(list, { ticketId, seq, timestamp, text, senderRole }) {
  const news = { ticketId, lastSeq: seq, lastMessageAt: timestamp, lastText: [...text].slice(0, 120).join('') };
  return withActivity(list, { ...news, senderRole });
}

export function withRead(list, ticketId, seq) {
  const known = list.tickets.get(ticketId);
  if (!known || seq <= (known.reads?.agents ?? 0)) return list;
  const ticket = { ...known, reads: { ...known.reads, agents: seq } };
  return { ...list, tickets: new Map(list.tickets).set(ticketId, ticket) };
}

export function visibleTickets(list, name) {
  const { floor } = list.views[name];
  return [...list.tickets.values()]
    .filter((ticket) => VIEWS[name].has(ticket, list.me) && activityOf(ticket) >= floor)
    .sort((a, b) => activityOf(b) - activityOf(a) || b.number - a.number);
}

/** Something of the guest's that no agent has seen. The server's own `unread` counts as long as nothing is newer. */
export function isUnread(ticket) {
  if (ticket.lastSeq <= (ticket.reads?.agents ?? 0)) return false;
  if (ticket.lastSenderRole) return sideOf(ticket.lastSenderRole) === 'guest';
  return ticket.unread === undefined || Boolean(ticket.unread);
}

/** Since when the guest waits for an answer, as far as it was seen; undefined if the last word is an agent's. */
export function waitingSince(ticket) {
  const isWaiting = isOpen(ticket) && ticket.lastSenderRole === 'guest';
  return isWaiting ? ticket.waitingSince ?? ticket.lastMessageAt : undefined;
}

/** How many unread conversations wait for this agent, as "3", or "50+" while not all pages are here; "" for none. */
export function waitingLabel(list) {
  const isWaiting = (ticket) => VIEWS.mine.has(ticket, list.me) || VIEWS.unassigned.has(ticket, list.me);
  const count = [...list.tickets.values()].filter((ticket) => isWaiting(ticket) && isUnread(ticket)).length;
  const hasMore = ['mine', 'unassigned', 'open'].some((name) => list.views[name].next);
  return count ? `${count}${hasMore ? '+' : ''}` : '';
}

const activities = new WeakMap();

/** Milliseconds; kept, since thousands of tickets are sorted by it at each change. */
function activityOf(ticket) {
  let at = activities.get(ticket);
  if (at === undefined) activities.set(ticket, (at = Date.parse(ticket.lastMessageAt ?? ticket.createdAt)));
  return at;
}

function merge(known, ticket) {
  if (!known) return ticket;
  if (ticket.version < known.version) return known;
  const reads = {
    guest: Math.max(known.reads?.guest ?? 0, ticket.reads?.guest ?? 0),
    agents: Math.max(known.reads?.agents ?? 0, ticket.reads?.agents ?? 0),
  };
  const { lastSeq, lastMessageAt, lastText, lastSenderRole, waitingSince: since } = known;
  if (lastSeq > ticket.lastSeq) {
    return { ...ticket, reads, lastSeq, lastMessageAt, lastText, lastSenderRole, waitingSince: since };
  }
  return lastSeq === ticket.lastSeq && lastSenderRole
    ? { lastSenderRole, ...ticket, waitingSince: since, reads }
    : { ...ticket, reads };
}
