/** What keys and the palette do. */
import { VIEWS } from '../shared/ticket-list.js';
import { openCheatSheet, openPalette } from './dialogs.js';
import { TITLES } from './list-view.js';
import { guestName } from './people.js';
import { routeTo } from './route.js';
import { commandOf, isTextField } from './shortcuts.js';

const FOUND = 8;

export function runCommands({ preferences, listView, conversationView, store, getRoute, setByKeyboard, onLogout, isAdmin }) {
  const go = (hash) => {
    setByKeyboard(true);
    location.hash = hash;
  };
  const step = (by) => {
    const { view, ticketId } = getRoute();
    const next = listView.neighbour(ticketId, by);
    if (next) go(routeTo(view, next));
  };
  const help = () =>
    openCheatSheet({ hasSingleKeys: preferences.get('singleKeys'), sendsByEnter: preferences.get('enter') === 'send' });
  const does = {
    next: () => step(1),
    previous: () => step(-1),
    search: () => listView.focusSearch(),
    help,
    palette: () => openPalette({ entries }),
  };
  const run = (name) => (does[name] ? does[name]() : conversationView.run(name));

  function entries(query) {
    const { view, ticketId } = getRoute();
    const command = (label, name, keys) => ({ label, keys, run: () => run(name) });
    const link = (label, href) => ({ label, run: () => (location.href = href) });
    const commands = [
      ...(ticketId ? [command('Reply', 'reply', 'r'), command('Write a private note', 'note', 'n'), command('Assign to me', 'assign', 'a')] : []),
      ...(ticketId ? [conversationView.canReopen ? command('Reopen', 'reopen') : command('Close this conversation', 'close', 'e'), command('Show or hide details', 'details')] : []),
      command('Next conversation', 'next', 'j'),
      command('Previous conversation', 'previous', 'k'),
      ...Object.keys(VIEWS).map((name) => ({ label: `Go to ${TITLES[name]}`, run: () => go(routeTo(name)) })),
      command('Search messages', 'search', '/'),
      command('Keyboard shortcuts', 'help', '?'),
      link('Settings', '/agent/settings'),
      ...(isAdmin ? [link('Admin', '/admin')] : []),
      { label: 'Log out', run: onLogout },
    ];
    const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const fits = (text) => words.every((word) => text.toLocaleLowerCase().includes(word));
    const found = commands.filter(({ label }) => fits(label));
    if (!words.length) return found;
    const tickets = [];
    for (const ticket of store.list.tickets.values()) {
      if (tickets.length === FOUND) break;
      if (!fits(`${guestName(ticket)} #${ticket.number} ${ticket.subject ?? ''} ${ticket.lastText ?? ''}`)) continue;
      const home = ticket.status === 'closed' ? 'closed' : view === 'closed' ? 'open' : view;
      tickets.push({ label: guestName(ticket), detail: ticket.lastText || `#${ticket.number}`, run: () => go(routeTo(home, ticket.ticketId)) });
    }
    return [...found, ...tickets];
  }

  document.addEventListener('keydown', (event) => {
    const hasDialog = document.querySelector('dialog[open]') !== null;
    const name = commandOf(event, { isTyping: isTextField(event.target), hasDialog, hasSingleKeys: preferences.get('singleKeys') });
    if (!name) return;
    event.preventDefault();
    if (name === 'palette' && hasDialog) return;
    run(name);
  });
  addEventListener('martlet-help', help);
}
