/** One row of the list: what it shows as a value, and its element. */
import { h, setAttribute, setText } from '../shared/dom.js';
import { isUnread, waitingSince } from '../shared/ticket-list.js';
import { assigneeName, guestName, initials, tintOf } from './people.js';
import { routeTo } from './route.js';
import { waitedFor } from './waited.js';

export function rowOf(ticket, { view, ticketId, now, format, guests, drafts, ...people }) {
  const time = ticket.lastMessageAt ?? ticket.createdAt;
  const isClosed = ticket.status === 'closed';
  const waited = waitedFor(waitingSince(ticket), now);
  return {
    key: ticket.ticketId,
    href: routeTo(view, ticket.ticketId),
    isSelected: ticket.ticketId === ticketId,
    isUnread: isUnread(ticket),
    isOnline: guests.has(ticket.customerId),
    // A row that is held though its ticket has left the view.
    isGone: isClosed !== (view === 'closed'),
    status: ticket.status,
    name: guestName(ticket),
    initials: ticket.customerName ? initials(ticket.customerName) : '',
    tint: tintOf(ticket.customerId),
    snippet: ticket.lastText || ticket.subject || 'No messages yet',
    isAnswered: Boolean(ticket.lastSenderRole) && ticket.lastSenderRole !== 'guest',
    draft: drafts?.get(ticket.ticketId) ? 'Draft' : '',
    assignee: isClosed ? 'Closed' : assigneeName(ticket, people),
    isMine: ticket.assigneeId === people.me.userId,
    waiting: waited && `Waiting ${waited}`,
    time,
    shownTime: format.short(time, now),
  };
}

export function makeRow(row) {
  const link = h(
    'a',
    { class: 'ticket', dataset: { testid: 'ticket', ticketId: row.key } },
    h('span', { class: 'face', 'aria-hidden': 'true' }, h('span', { class: 'face-letters' }), h('span', { class: 'online-dot' })),
    h('span', { class: 'ticket-body' },
      h('span', { class: 'ticket-line' }, h('span', { class: 'ticket-name', dir: 'auto' }), h('span', { class: 'hidden-text' }), h('time', { class: 'ticket-time' })),
      h('span', { class: 'ticket-line' }, h('span', { class: 'ticket-snippet', dir: 'auto' }), h('span', { class: 'unread-dot' }, h('span', { class: 'hidden-text' }, 'Unread'))),
      h('span', { class: 'ticket-line ticket-meta' }, h('span', { class: 'ticket-assignee', dir: 'auto' }), h('span', { class: 'ticket-draft' }), h('span', { class: 'ticket-waiting' }))),
  );
  return h('li', { class: 'ticket-item' }, link);
}

export function fillRow(element, row, format) {
  const link = element.firstChild;
  const [face, body] = link.children;
  const [first, second, meta] = body.children;
  const [name, online, time] = first.children;
  element.style.transform = `translateY(${row.top}px)`;
  setAttribute(element, 'aria-posinset', row.index + 1);
  setAttribute(element, 'aria-setsize', row.count);
  setAttribute(link, 'href', row.href);
  setAttribute(link, 'aria-current', row.isSelected && 'true');
  Object.assign(link.dataset, { status: row.status, unread: row.isUnread, gone: row.isGone, mine: row.isMine, answered: row.isAnswered });
  face.dataset.tint = row.tint;
  setText(face.firstChild, row.initials);
  face.lastChild.hidden = !row.isOnline;
  setText(online, row.isOnline ? 'Online' : '');
  setText(name, row.name);
  setText(time, row.shownTime);
  setAttribute(time, 'datetime', row.time);
  setAttribute(time, 'title', format.full(row.time));
  setText(second.firstChild, row.snippet);
  second.lastChild.hidden = !row.isUnread;
  setText(meta.children[0], row.assignee);
  setText(meta.children[1], row.draft);
  setText(meta.children[2], row.waiting);
}
