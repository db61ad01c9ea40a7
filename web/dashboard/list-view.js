/** Views with counts, and the tickets of the one that is shown. */
import { sentenceFor } from '../shared/error-sentences.js';
import { h, keyedList, setAttribute, setChildren, setText } from '../shared/dom.js';
import { createErrorLine } from '../shared/status-lines.js';
import { VIEWS, isUnread, visibleTickets } from '../shared/ticket-list.js';
import { assigneeName, guestName } from './people.js';
import { routeTo } from './route.js';

export const TITLES = { mine: 'Mine', unassigned: 'Unassigned', open: 'All open', closed: 'Closed' };

const EMPTY = {
  mine: ['Nothing is waiting for you', 'Take a conversation from Unassigned: open it and choose “Assign to me”.'],
  unassigned: ['Everybody is looked after', 'New conversations appear here by themselves.'],
  open: ['No open conversations', 'New ones appear here by themselves. Guests write to you on your support page:'],
  closed: ['Nothing closed yet', 'What you close is kept here. You can read and reopen it at any time.'],
};

export function createListView({ format, onMore, onRetry }) {
  const links = Object.keys(VIEWS).map((view) => {
    const count = h('span', { class: 'view-count', dataset: { testid: `count-${view}` } });
    const dataset = { view, testid: `view-${view}` };
    return h('a', { class: 'view', href: routeTo(view), dataset }, TITLES[view], count);
  });
  const title = h('h2', { id: 'view-title', tabindex: '-1' });
  const rows = h('ul', { class: 'ticket-rows', id: 'ticket-rows', 'data-testid': 'ticket-list' });
  const retry = h('button', { type: 'button', class: 'button quiet', onclick: () => onRetry() }, 'Try again');
  const error = createErrorLine({ id: 'list-error', action: retry });
  const more = h('button', { type: 'button', class: 'button', id: 'load-more', onclick: () => onMore() }, 'Load more');
  const note = h('div', { class: 'empty', id: 'list-empty' });
  const foot = h('div', { class: 'list-foot' }, more);
  setChildren(document.getElementById('views'), links);
  setChildren(document.getElementById('tickets'), [
    h('div', { class: 'list-head' }, title),
    error.element,
    h('div', { class: 'list-scroll' }, rows, note, foot),
  ]);
  const show = keyedList(rows, {
    keyOf: (row) => row.key,
    make: makeRow,
    fill: (element, row) => fillRow(element, row, format),
  });

  return {
    focus: (ticketId) => rows.querySelector(`[data-ticket-id="${CSS.escape(ticketId)}"]`)?.focus(),
    update({ store, view, ticketId, now, ...people }) {
      const { list } = store;
      const { isLoaded, next } = list.views[view];
      const tickets = isLoaded ? visibleTickets(list, view) : [];
      setText(title, TITLES[view]);
      for (const link of links) fillView(link, view, list.counts);
      show(tickets.map((ticket) => rowOf(ticket, { view, ticketId, now, format, ...people })));
      const hadFocus = document.activeElement === retry;
      error.show(store.error && !store.error.isUnanswered ? sentenceFor(store.error) : '');
      if (hadFocus && !retry.isConnected) title.focus();
      more.hidden = !next;
      more.disabled = store.isLoading;
      fillEmpty(note, view, { isLoaded, isEmpty: tickets.length === 0 });
    },
  };
}

function fillView(link, view, counts) {
  const isCurrent = link.dataset.view === view;
  const count = counts?.[link.dataset.view];
  setAttribute(link, 'aria-current', isCurrent && 'page');
  setText(link.lastChild, count === undefined ? '' : String(count));
}

function rowOf(ticket, { view, ticketId, now, format, guests, ...people }) {
  const time = ticket.lastMessageAt ?? ticket.createdAt;
  const number = ticket.customerName ? `#${ticket.number} · ` : '';
  return {
    key: ticket.ticketId,
    href: routeTo(view, ticket.ticketId),
    isSelected: ticket.ticketId === ticketId,
    isUnread: isUnread(ticket),
    isOnline: guests.has(ticket.customerId),
    status: ticket.status,
    name: guestName(ticket),
    snippet: ticket.lastText || ticket.subject || 'No messages yet',
    meta: number + (ticket.status === 'closed' ? 'Closed' : assigneeName(ticket, people)),
    time,
    shownTime: format.short(time, now),
  };
}

function makeRow(row) {
  const name = h('span', { class: 'ticket-name', dir: 'auto' });
  const dot = h('span', { class: 'online-dot' });
  const time = h('time', { class: 'ticket-time' });
  const snippet = h('span', { class: 'ticket-snippet', dir: 'auto' });
  const unread = h('span', { class: 'unread-dot' }, h('span', { class: 'hidden-text' }, 'Unread'));
  const meta = h('span', { class: 'ticket-meta' });
  const link = h(
    'a',
    { class: 'ticket', dataset: { testid: 'ticket', ticketId: row.key } },
    h('span', { class: 'ticket-line' }, name, dot, time),
    h('span', { class: 'ticket-line' }, snippet, unread),
    meta,
  );
  return h('li', {}, link);
}

function fillRow(element, row, format) {
  const link = element.firstChild;
  const [first, second, meta] = link.children;
  const [name, dot, time] = first.children;
  setAttribute(link, 'href', row.href);
  setAttribute(link, 'aria-current', row.isSelected && 'true');
  Object.assign(link.dataset, { status: row.status, unread: row.isUnread });
  dot.hidden = !row.isOnline;
  setText(dot, row.isOnline ? 'Online' : '');
  setText(name, row.name);
  setText(time, row.shownTime);
  setAttribute(time, 'datetime', row.time);
  setAttribute(time, 'title', format.full(row.time));
  setText(second.firstChild, row.snippet);
  second.lastChild.hidden = !row.isUnread;
  setText(meta, row.meta);
}

function fillEmpty(element, view, { isLoaded, isEmpty }) {
  const kind = !isEmpty ? 'none' : isLoaded ? view : 'loading';
  if (element.dataset.kind === kind) return;
  element.dataset.kind = kind;
  if (kind === 'none') return setChildren(element, []);
  if (kind === 'loading') return setChildren(element, [h('p', {}, 'Loading…')]);
  const [heading, words] = EMPTY[view];
  const address = new URL('/', location.href).href;
  const link = view === 'open' ? h('a', { href: address, target: '_blank' }, address) : null;
  setChildren(element, [h('h3', {}, heading), h('p', {}, words), link].filter(Boolean));
}
