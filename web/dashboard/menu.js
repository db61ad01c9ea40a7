/** The agent's own menu: closes by Esc and by a click elsewhere, and forgets this tab's drafts at logout. */
import { setText } from '../shared/dom.js';
import { forgetAgent } from '../shared/storage.js';
import { initials } from './people.js';

const ROLES = { admin: 'Admin', agent: 'Agent' };

export function setUpMenu({ onLogout }) {
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
  document.getElementById('logout-form').addEventListener('submit', () => {
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
