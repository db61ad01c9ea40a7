/** What a search found, in place of the list. */
import { h, setAttribute, setChildren, setText } from '../shared/dom.js';
import { excerptParts } from './excerpt.js';
import { drawing } from './icons.js';
import { guestName } from './people.js';
import { routeTo } from './route.js';
import { createTroubleLine } from './trouble.js';

export function createHitList({ format, search }) {
  const list = h('ul', { class: 'hits', 'data-testid': 'hits' });
  const status = h('p', { class: 'hits-status', role: 'status', 'data-testid': 'hits-status' });
  const more = h('button', { type: 'button', class: 'button', onclick: () => search.more() }, 'Show more');
  const error = createTroubleLine({ id: 'search-error' });
  const element = h('div', { class: 'list-scroll hits-frame', hidden: true }, status, error.element, list, more);
  let shown;

  function hit({ ticket, seq, noteSeq, excerpt = '', ranges }, { view, now }) {
    const marked = excerptParts(excerpt, ranges).map(({ text, isHit }) => (isHit ? h('mark', {}, text) : text));
    const home = ticket.status === 'closed' ? 'closed' : view === 'closed' ? 'open' : view;
    const time = ticket.lastMessageAt ?? ticket.createdAt;
    return h('li', {},
      h('a', { class: 'hit', href: routeTo(home, ticket.ticketId, noteSeq ? `n${noteSeq}` : seq), dataset: { testid: 'hit', ticketId: ticket.ticketId, note: Boolean(noteSeq) } },
        h('span', { class: 'ticket-line' }, h('span', { class: 'ticket-name', dir: 'auto' }, guestName(ticket)),
          h('span', { class: 'ticket-time' }, format.short(time, now))),
        h('span', { class: 'hit-excerpt', dir: 'auto' }, noteSeq ? drawing('lock') : null, ...(marked.length ? marked : [ticket.subject || ticket.lastText || ''])),
        h('span', { class: 'ticket-meta' }, `#${ticket.number}${ticket.status === 'closed' ? ' · Closed' : ''}${noteSeq ? ' · In a private note' : ''}`)));
  }

  function words() {
    if (search.error || !search.isOn) return '';
    if (search.isLoading && !search.hits.length) return 'Searching…';
    if (!search.hits.length) return `Nothing found for “${search.query}”. All words have to occur; the last one may be its beginning.`;
    const count = search.hits.length;
    return `${count}${search.next ? '+' : ''} ${count === 1 ? 'place' : 'places'} found`;
  }

  return {
    element,
    focusFirst() {
      const [first] = list.querySelectorAll('a');
      first?.focus();
      return Boolean(first);
    },
    update({ view, ticketId, now }) {
      element.hidden = !search.isOn;
      setText(status, words());
      error.show(search.error);
      more.hidden = !search.next || !search.hits.length;
      if (shown !== search.hits) {
        shown = search.hits;
        setChildren(list, shown.map((found) => hit(found, { view, now })));
      }
      for (const link of list.querySelectorAll('a')) setAttribute(link, 'aria-current', link.dataset.ticketId === ticketId && 'true');
    },
  };
}
