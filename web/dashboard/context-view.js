/** The fourth pane: who the guest is, where from, what was before, and the conversation as a file. */
import { h, setChildren, setText } from '../shared/dom.js';
import { drawing } from './icons.js';
import { guestName, initials, tintOf } from './people.js';
import { routeTo } from './route.js';
import { asPage, asText, download, readConversation, transcriptEntries } from './transcript.js';

export function createContextView({ client, format, onClose }) {
  let ticket;
  let searched = { key: '', tickets: [] };
  let redraw = () => {};
  const face = h('span', { class: 'face large', 'aria-hidden': 'true' }, h('span', { class: 'face-letters' }));
  const name = h('p', { class: 'context-name', dir: 'auto' });
  const mark = h('p', { class: 'context-mark' });
  const facts = h('dl', { class: 'facts' });
  const earlier = h('ul', { class: 'earlier', 'data-testid': 'earlier' });
  const said = h('p', { class: 'soft', role: 'status' });
  const withNotes = h('input', { type: 'checkbox', id: 'with-notes', 'data-testid': 'with-notes' });
  const save = (kind, words) =>
    h('button', { type: 'button', class: 'button', 'data-testid': `transcript-${kind}`, onclick: () => keep(kind) }, drawing('download'), words);
  const close = h('button', { type: 'button', class: 'icon-button context-close', 'aria-label': 'Close details', onclick: () => onClose() }, drawing('close'));
  const body = h('div', { class: 'context-body' },
    h('div', { class: 'context-who' }, face, name, mark), facts,
    h('section', {}, h('h3', {}, 'Other conversations'), earlier),
    h('section', {}, h('h3', {}, 'Transcript'), h('label', { class: 'check', for: 'with-notes' }, withNotes, 'With private notes'),
      h('div', { class: 'context-files' }, save('text', 'Text'), save('html', 'HTML')), said));
  const element = h('aside', { class: 'context', id: 'context', 'aria-label': 'Details', 'data-testid': 'context' },
    h('header', { class: 'context-head' }, h('h2', { id: 'context-title', tabindex: '-1' }, 'Details'), close), body);

  async function keep(kind) {
    const { ticketId, number } = ticket;
    setText(said, 'Reading the conversation…');
    try {
      const whole = await readConversation(client, ticketId);
      const entries = transcriptEntries(whole, { guestName: guestName(whole.ticket), hasNotes: withNotes.checked });
      const title = `Conversation #${number} with ${guestName(whole.ticket)}`;
      if (kind === 'html') download(`conversation-${number}.html`, asPage(title, entries, format), 'text/html');
      else download(`conversation-${number}.txt`, asText(title, entries, format), 'text/plain');
      setText(said, 'Saved.');
    } catch {
      setText(said, 'The conversation could not be read. Please try again in a moment.');
    }
  }

  /** Those of the same guest, which this page knows or a search by e-mail or name finds. */
  function others(known) {
    const all = new Map([...known, ...searched.tickets].map((other) => [other.ticketId, other]));
    const own = [...all.values()].filter((other) => other.customerId === ticket.customerId && other.ticketId !== ticket.ticketId);
    return own.sort((a, b) => b.number - a.number);
  }

  async function find() {
    const key = `${ticket.ticketId} ${ticket.customerEmail ?? ''} ${ticket.customerName ?? ''}`;
    if (searched.key === key) return;
    searched = { key, tickets: [] };
    const query = ticket.customerEmail || ticket.customerName;
    if (!query) return;
    try {
      const { hits } = await client.search({ query, status: 'all', limit: 50 });
      if (searched.key !== key) return;
      searched.tickets = hits.map((hit) => hit.ticket);
      redraw();
    } catch {
      // The tickets that are known are shown all the same.
    }
  }

  const fact = (term, ...value) => [h('dt', {}, term), h('dd', { dir: 'auto' }, ...value)];

  function draw({ view, guests, isLost, tickets, notes }) {
    const title = guestName(ticket);
    face.dataset.tint = tintOf(ticket.customerId);
    setText(face.firstChild, ticket.customerName ? initials(ticket.customerName) : '');
    setText(name, title);
    const isOnline = guests.has(ticket.customerId);
    setChildren(mark, [
      ticket.verified ? h('span', { class: 'verified', title: 'The site vouches for who this is' }, drawing('verified'), 'Verified') : h('span', { class: 'soft' }, 'Not verified'),
      isLost ? null : h('span', { class: isOnline ? 'is-online' : 'soft' }, isOnline ? 'Online' : 'Offline'),
    ].filter(Boolean));
    const own = others(tickets);
    const first = [ticket, ...own].reduce((oldest, other) => (other.createdAt < oldest ? other.createdAt : oldest), ticket.createdAt);
    setChildren(facts, [
      ...fact('E-mail', ticket.customerEmail ? h('a', { href: `mailto:${encodeURIComponent(ticket.customerEmail).replace('%40', '@')}`, 'data-testid': 'mailto' }, ticket.customerEmail) : h('span', { class: 'soft' }, 'Not given')),
      ...(ticket.siteId ? fact('Site', ticket.siteId) : []),
      ...fact('First seen', h('time', { datetime: first, title: format.full(first) }, `${format.dayName(first, Date.now())}, ${format.clock(first)}`)),
      ...fact('Conversation', `#${ticket.number}, ${ticket.status}`),
      ...fact('Private notes', h('span', { 'data-testid': 'notes-count' }, String(notes.stored.length))),
    ]);
    const items = own.slice(0, 20).map((other) =>
      h('li', {}, h('a', { class: 'earlier-link', href: routeTo(other.status === 'closed' ? 'closed' : view === 'closed' ? 'open' : view, other.ticketId) },
        h('span', { class: 'earlier-text', dir: 'auto' }, other.lastText || other.subject || 'No messages'),
        h('span', { class: 'soft' }, `#${other.number} · ${format.short(other.lastMessageAt ?? other.createdAt, Date.now())}${other.status === 'closed' ? ' · Closed' : ''}`))));
    setChildren(earlier, items.length ? items : [h('li', { class: 'soft' }, 'None that is known.')]);
  }

  let drawn = '';
  return {
    element,
    focus: () => element.querySelector('#context-title').focus(),
    update(next, people) {
      if (!next) return;
      if (ticket?.ticketId !== next.ticketId) setText(said, '');
      ticket = next;
      // Elements that may have the focus are made anew only when something they show has changed.
      const own = [...people.tickets].filter((other) => other.customerId === ticket.customerId);
      const key = JSON.stringify([ticket, own, searched.tickets.length, people.view, people.isLost, people.guests.has(ticket.customerId), people.notes.stored.length]);
      redraw = () => draw(people);
      if (key !== drawn) {
        drawn = key;
        draw({ ...people, tickets: own });
      }
      if (client.isReady) find();
    },
  };
}
