/** Views with counts, and the tickets of the one that is shown or what a search found. Only rows in sight are drawn. */
import { h, keyedList, setAttribute, setChildren, setText } from '../shared/dom.js';
import { VIEWS } from '../shared/ticket-list.js';
import { fillEmpty } from './empty.js';
import { heldOrder } from './held-order.js';
import { drawing } from './icons.js';
import { createHitList } from './hit-list.js';
import { routeTo } from './route.js';
import { fillRow, makeRow, rowOf } from './ticket-row.js';
import { createTroubleLine } from './trouble.js';
import { rowsInView, scrollToRow } from './virtual-rows.js';

export const TITLES = { mine: 'Mine', unassigned: 'Unassigned', open: 'All open', closed: 'Closed' };

export function createListView({ format, search, onMore, onRetry }) {
  const links = Object.keys(VIEWS).map((view) => {
    const count = h('span', { class: 'view-count', dataset: { testid: `count-${view}` } });
    const dataset = { view, testid: `view-${view}` };
    return h('a', { class: 'view', href: routeTo(view), dataset }, drawing(view), h('span', { class: 'view-name' }, TITLES[view]), count);
  });
  const title = h('h2', { id: 'view-title', tabindex: '-1' });
  const news = h('button', { type: 'button', class: 'list-news', 'data-testid': 'list-news', hidden: true, onclick: refreshHeld });
  const newsStatus = h('span', { class: 'hidden-text', role: 'status' });
  const searchField = h('input', {
    type: 'search', id: 'search', class: 'search-field', placeholder: 'Search', 'aria-label': 'Search conversations', autocomplete: 'off',
    spellcheck: 'false', maxlength: '200', 'data-testid': 'search', oninput: () => search.type(searchField.value),
  });
  const rows = h('ul', { class: 'ticket-rows', id: 'ticket-rows', 'data-testid': 'ticket-list' });
  const retry = h('button', { type: 'button', class: 'button quiet', onclick: () => onRetry() }, 'Try again');
  const error = createTroubleLine({ id: 'list-error', action: retry });
  const note = h('div', { class: 'empty', id: 'list-empty' });
  const scroller = h('div', { class: 'list-scroll', id: 'list-scroll' }, rows, note);
  const hits = createHitList({ format, search });
  setChildren(document.getElementById('views'), links);
  setChildren(document.getElementById('tickets'), [
    h('div', { class: 'list-head' }, h('div', { class: 'list-line' }, title, news, newsStatus),
      h('div', { class: 'search-box', role: 'search' }, drawing('search'), searchField, h('kbd', { class: 'search-key', 'aria-hidden': 'true' }, '/'))),
    error.element, scroller, hits.element,
  ]);
  const show = keyedList(rows, { keyOf: (row) => row.key, make: makeRow, fill: (element, row) => fillRow(element, row, format) });
  const hold = { isPointer: false, isFocus: false, ids: null };
  let rowHeight = 0;
  let ids = [];
  let last;

  const isHeld = () => hold.isPointer || hold.isFocus;
  const byId = (ticketId) => rows.querySelector(`[data-ticket-id="${CSS.escape(ticketId)}"]`);

  function setHold(name, value) {
    if (hold[name] === value) return;
    hold[name] = value;
    if (!isHeld()) hold.ids = null;
    draw();
  }

  /** Takes the new order now, though somebody points at the list. */
  function refreshHeld() {
    hold.ids = null;
    scroller.scrollTop = 0;
    title.focus();
    draw();
  }

  function draw() {
    if (!last) return;
    const { store, view, ticketId, now, ...people } = last;
    const { isLoaded, next } = store.list.views[view];
    const current = isLoaded ? store.visible(view).map((ticket) => ticket.ticketId) : [];
    const order = heldOrder(isHeld() && isLoaded ? hold.ids : null, current);
    ids = order.ids;
    if (isHeld() && ids.length) hold.ids = ids;
    const isSearching = search.isOn;
    news.hidden = order.news === 0 || isSearching;
    const words = order.news === 1 ? '1 update' : `${order.news} updates`;
    setText(news, order.news ? words : '');
    setText(newsStatus, news.hidden ? '' : 'The list has changed. It is put in order when you leave it.');
    scroller.hidden = isSearching;
    hits.update({ view, ticketId, now, ...people });
    rowHeight ||= measure();
    rows.style.blockSize = `${ids.length * rowHeight}px`;
    const { first, last: end } = rowsInView({ scrollTop: scroller.scrollTop, viewHeight: scroller.clientHeight || 800, rowHeight, count: ids.length });
    const focused = rows.contains(document.activeElement) ? ids.indexOf(document.activeElement.dataset.ticketId) : -1;
    const indices = Array.from({ length: end - first }, (_, index) => first + index);
    // What has the focus stays, wherever one scrolls.
    if (focused >= 0 && focused < first) indices.unshift(focused);
    if (focused >= end) indices.push(focused);
    const shown = indices.flatMap((index) => {
      const ticket = store.list.tickets.get(ids[index]);
      return ticket ? { ...rowOf(ticket, { view, ticketId, now, format, ...people }), index, top: index * rowHeight, count: store.list.counts?.[view] ?? -1 } : [];
    });
    show(shown);
    if (next && !store.isLoading && !store.error && end > ids.length - 20) onMore();
    fillEmpty(note, view, { isLoaded, isEmpty: ids.length === 0, isFailed: Boolean(store.error) });
  }

  function measure() {
    const row = getComputedStyle(rows).getPropertyValue('--row');
    return parseFloat(row) * (row.trim().endsWith('rem') ? parseFloat(getComputedStyle(document.documentElement).fontSize) : 1) || 84;
  }

  function reveal(ticketId) {
    const index = ids.indexOf(ticketId);
    if (index < 0) return;
    scroller.scrollTop = scrollToRow(index, { scrollTop: scroller.scrollTop, viewHeight: scroller.clientHeight, rowHeight });
    draw();
  }

  let isPlanned = false;
  scroller.addEventListener('scroll', () => {
    if (isPlanned) return;
    isPlanned = true;
    requestAnimationFrame(() => {
      isPlanned = false;
      draw();
    });
  }, { passive: true });
  new ResizeObserver(() => draw()).observe(scroller);
  scroller.addEventListener('pointerenter', ({ pointerType }) => pointerType !== 'touch' && setHold('isPointer', true));
  scroller.addEventListener('pointerleave', () => setHold('isPointer', false));
  rows.addEventListener('focusin', () => setHold('isFocus', true));
  rows.addEventListener('focusout', ({ relatedTarget }) => !rows.contains(relatedTarget) && setHold('isFocus', false));
  rows.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const index = ids.indexOf(document.activeElement?.dataset.ticketId) + step;
    if (!step || !ids[index]) return;
    event.preventDefault();
    reveal(ids[index]);
    byId(ids[index])?.focus({ preventScroll: true });
  });
  searchField.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && searchField.value) {
      event.stopPropagation();
      searchField.value = '';
      search.type('');
    } else if (event.key === 'ArrowDown' && hits.focusFirst()) event.preventDefault();
  });

  return {
    focus(ticketId) {
      reveal(ticketId);
      (byId(ticketId) ?? title).focus({ preventScroll: true });
    },
    focusSearch() {
      searchField.focus();
      searchField.select();
    },
    /** The ticket `step` rows further, or the first; in what is shown. */
    neighbour(ticketId, step) {
      if (search.isOn) return null;
      const index = ids.indexOf(ticketId);
      const found = index < 0 ? ids[0] : ids[index + step];
      if (found) reveal(found);
      return found ?? null;
    },
    update(state) {
      if (last && last.view !== state.view) {
        hold.ids = null;
        scroller.scrollTop = 0;
      }
      last = state;
      setText(title, TITLES[state.view]);
      for (const link of links) fillView(link, state.view, state.store.list.counts);
      const hadFocus = document.activeElement === retry;
      error.show(state.store.error && !state.store.error.isUnanswered ? state.store.error : null);
      if (hadFocus && !retry.isConnected) title.focus();
      draw();
    },
  };
}

function fillView(link, view, counts) {
  const isCurrent = link.dataset.view === view;
  const count = counts?.[link.dataset.view];
  setAttribute(link, 'aria-current', isCurrent && 'page');
  setText(link.lastChild, count === undefined ? '' : count.toLocaleString());
}
