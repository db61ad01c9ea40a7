import { VIEWS } from '../shared/ticket-list.js';

/** `#open/TICKET` as `{view, ticketId}`. The fragment keeps the place over reloads and reaches no log. */
export function parseRoute(fragment) {
  const [view, ticketId] = fragment.replace(/^#/, '').split('/');
  return { view: Object.hasOwn(VIEWS, view) ? view : 'open', ticketId: ticketId ? decode(ticketId) : null };
}

export function routeTo(view, ticketId) {
  return ticketId ? `#${view}/${encodeURIComponent(ticketId)}` : `#${view}`;
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
