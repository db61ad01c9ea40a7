import { VIEWS } from '../shared/ticket-list.js';

/**
 * `#open/TICKET/SEQ` as `{view, ticketId, place}`; the place is the seq of a message, or `n` and the seq of a note. The
 * fragment keeps the place over reloads and reaches no log.
 */
export function parseRoute(fragment) {
  const [view, ticketId, place] = fragment.replace(/^#/, '').split('/');
  return {
    view: Object.hasOwn(VIEWS, view) ? view : 'open',
    ticketId: ticketId ? decode(ticketId) : null,
    ...(/^n?[0-9]+$/.test(place ?? '') && { place }),
  };
}

export function routeTo(view, ticketId, place) {
  if (!ticketId) return `#${view}`;
  return `#${view}/${encodeURIComponent(ticketId)}${place ? `/${place}` : ''}`;
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
