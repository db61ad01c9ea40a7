/** The agent's own menu: closes by Esc and by a click elsewhere; at logout drafts and unsent messages are forgotten. */
import { setText } from '../shared/dom.js';
import { forgetAgent } from '../shared/agent-storage.js';
import { initials } from './people.js';

const ROLES = { admin: 'Admin', agent: 'Agent' };

export function setUpMenu({ waiting, onLogout }) {
  const menu = document.getElementById('menu');
  document.addEventListener('click', (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !menu.open) return;
    event.stopPropagation();
    menu.open = false;
    menu.querySelector('summary').focus();
  });
  document.getElementById('logout-form').addEventListener('submit', (event) => {
    const count = waiting();
    const what = count === 1 ? 'One message has' : `${count} messages have`;
    // Nobody's words are thrown away without asking.
    if (count > 0 && !confirm(`${what} not been sent yet. Log out and discard?`)) return event.preventDefault();
    onLogout();
    forgetAgent();
  });
}

export function fillMenu({ name, role }) {
  const set = (id, text) => setText(document.getElementById(id), text);
  set('me-initials', initials(name));
  set('me-name', name);
  set('me-full', name);
  set('me-role', ROLES[role] ?? role);
}
