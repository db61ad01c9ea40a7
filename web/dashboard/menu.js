/** The agent's own menu: whether one is there, how the page looks and sounds; at logout what was written is forgotten. */
import { forgetAgent } from '../shared/agent-storage.js';
import { h, setAttribute, setChildren, setText } from '../shared/dom.js';
import { THEMES, chooseTheme, chosenTheme } from '../shared/theme-choice.js';
import { initials } from './people.js';
import { createPopover } from './popover.js';

const ROLES = { admin: 'Admin', agent: 'Agent' };
const SOUNDS = { all: 'All', assigned: 'Mine', off: 'Off' };
const KEYS = { send: 'Enter', newline: 'Ctrl+Enter' };
const STATUS = { online: 'Online', away: 'Away' };

export function setUpMenu({ preferences, sound, waiting, onLogout, onStatus, onHelp }) {
  const button = document.getElementById('menu-button');
  const body = document.getElementById('menu-body');
  const popover = createPopover({ button, body, onOpen: () => notifications.refresh() });

  const status = choice('status', 'You are', STATUS, () => 'online', (value) => onStatus(value));
  const theme = choice('theme', 'Theme', THEMES, chosenTheme, chooseTheme, { system: 'Auto' });
  const sounds = choice('sound', 'Sound', SOUNDS, () => preferences.get('sound'), (value) => preferences.set('sound', value));
  const enter = choice('enter', 'Send with', KEYS, () => preferences.get('enter'), (value) => preferences.set('enter', value));
  const test = h('button', { type: 'button', class: 'link', id: 'sound-test', 'data-testid': 'sound-test', onclick: ring }, 'Test the sound');
  const tested = h('span', { class: 'soft', role: 'status' });
  const notifications = desktopSwitch(preferences);
  const keys = toggle('single-keys', 'Single-key shortcuts', () => preferences.get('singleKeys'), (value) => preferences.set('singleKeys', value));
  setChildren(document.getElementById('menu-choices'), [
    status.element, theme.element, sounds.element, h('p', { class: 'menu-row' }, test, tested), notifications.element, enter.element, keys,
  ]);
  preferences.subscribe(() => {
    sounds.set(preferences.get('sound'));
    enter.set(preferences.get('enter'));
    keys.lastChild.checked = preferences.get('singleKeys');
    notifications.refresh();
  });
  document.getElementById('show-keys').addEventListener('click', () => {
    popover.close();
    onHelp();
  });

  function ring() {
    sound.wake();
    sound.play();
    setTimeout(() => setText(tested, sound.isAllowed ? 'Played' : 'The browser plays no sound here'), 120);
  }

  document.getElementById('logout-form').addEventListener('submit', (event) => {
    const count = waiting();
    const what = count === 1 ? 'One message has' : `${count} messages have`;
    // Nobody's words are thrown away without asking.
    if (count > 0 && !confirm(`${what} not been sent yet. Log out and discard?`)) return event.preventDefault();
    onLogout();
    forgetAgent();
  });

  return {
    fill({ name, role }) {
      const set = (id, text) => setText(document.getElementById(id), text);
      set('me-initials', initials(name));
      set('me-name', name);
      set('me-full', name);
      set('me-role', ROLES[role] ?? role);
      document.getElementById('admin-link').hidden = role !== 'admin';
    },
    showStatus(value) {
      button.dataset.status = value;
      setText(document.getElementById('me-status'), value === 'away' ? 'Away' : '');
      status.set(value);
    },
  };
}

/** A row of choices, of which one holds. */
function choice(name, legend, options, get, set, words = {}) {
  const inputs = Object.entries(options).map(([value, label]) => {
    const input = h('input', { type: 'radio', name, value, id: `${name}-${value}`, 'data-testid': `${name}-${value}`, checked: get() === value, onchange: () => set(value) });
    return h('label', { for: input.id, class: 'segment' }, input, h('span', {}, words[value] ?? label));
  });
  const element = h('fieldset', { class: 'segments' }, h('legend', {}, legend), h('span', { class: 'segment-row' }, ...inputs));
  return {
    element,
    set: (value) => inputs.forEach((label) => (label.firstChild.checked = label.firstChild.value === value)),
  };
}

function toggle(id, words, get, set) {
  const input = h('input', { type: 'checkbox', role: 'switch', id, 'data-testid': id, checked: get(), onchange: () => set(input.checked) });
  return h('label', { class: 'switch', for: id }, h('span', {}, words), input);
}

/** Asks the browser when it is turned on; where it said no, says where to change that. */
function desktopSwitch(preferences) {
  const hint = h('p', { class: 'soft menu-hint', role: 'status' });
  const label = toggle('desktop', 'Desktop notifications', () => preferences.get('desktop'), change);
  const input = label.lastChild;
  const refresh = () => {
    const permission = globalThis.Notification?.permission ?? 'unsupported';
    input.checked = preferences.get('desktop') && permission === 'granted';
    setAttribute(input, 'disabled', permission === 'unsupported');
    setText(hint, permission === 'denied' ? 'Your browser blocks them for this page: allow them in its settings.' : permission === 'unsupported' ? 'Your browser has none on this page.' : '');
  };
  async function change(isOn) {
    if (isOn) await Notification.requestPermission();
    preferences.set('desktop', isOn && Notification.permission === 'granted');
    refresh();
  }
  return { element: h('div', {}, label, hint), refresh };
}
