/** The list of keys, and the palette that finds commands and conversations by their names. */
import { h, setAttribute, setChildren, setText } from '../shared/dom.js';
import { drawing } from './icons.js';
import { SHORTCUTS } from './shortcuts.js';

const isMac = /mac|iphone|ipad/i.test(navigator.platform);
const CTRL = isMac ? '⌘' : 'Ctrl';

/** Opens a dialog of the browser's own; the focus returns to where it was. */
function show(dialog) {
  const before = document.activeElement;
  dialog.addEventListener('close', () => {
    dialog.remove();
    if (document.activeElement === document.body) before?.focus?.();
  });
  dialog.addEventListener('click', ({ target }) => target === dialog && dialog.close());
  dialog.addEventListener('keydown', (event) => event.key === 'Escape' && event.stopPropagation());
  document.body.append(dialog);
  dialog.showModal();
}

export function openCheatSheet({ hasSingleKeys, sendsByEnter }) {
  const row = (keys, words) => h('div', { class: 'key-row' }, h('dt', {}, ...keys.map((key) => h('kbd', {}, key))), h('dd', {}, words));
  const close = h('button', { type: 'button', class: 'icon-button', 'aria-label': 'Close', autofocus: true, onclick: () => dialog.close() }, drawing('close'));
  const dialog = h(
    'dialog',
    { class: 'dialog cheat-sheet', 'aria-labelledby': 'keys-title', 'data-testid': 'cheat-sheet' },
    h('header', { class: 'dialog-head' }, h('h2', { id: 'keys-title' }, 'Keyboard'), close),
    h('p', { class: 'soft' }, hasSingleKeys ? 'Single keys work outside of text fields. Turn them off in your menu.' : 'Single keys are turned off. Turn them on in your menu.'),
    h('dl', { class: 'keys' },
      ...SHORTCUTS.map(({ keys, words }) => row(keys, words)),
      row([CTRL, 'K'], 'Find a command or conversation'),
      row(sendsByEnter ? ['Enter'] : [CTRL, 'Enter'], 'Send what you write'),
      row(['/'], 'In an answer: canned replies'),
      row(['Esc'], 'Back to the list, close what is open'),
    ),
  );
  show(dialog);
}

/** `entries(query)`: `[{label, detail?, keys?, run}]`. */
export function openPalette({ entries }) {
  let shown = [];
  let chosen = 0;
  const list = h('ul', { role: 'listbox', id: 'palette-list', class: 'palette-list', 'aria-label': 'Commands and conversations' });
  const status = h('p', { class: 'hidden-text', role: 'status' });
  const input = h('input', {
    type: 'text', class: 'palette-input', role: 'combobox', 'aria-expanded': 'true', 'aria-controls': 'palette-list', 'aria-autocomplete': 'list',
    'aria-label': 'Find a command or conversation', placeholder: 'Find a command or conversation', autocomplete: 'off', spellcheck: 'false', 'data-testid': 'palette-input',
  });
  const dialog = h('dialog', { class: 'dialog palette', 'aria-label': 'Command palette', 'data-testid': 'palette' }, input, list, status);

  function run(index) {
    const entry = shown[index];
    if (!entry) return;
    dialog.close();
    entry.run();
  }

  function mark(index) {
    chosen = Math.max(0, Math.min(index, shown.length - 1));
    [...list.children].forEach((item, at) => setAttribute(item, 'aria-selected', String(at === chosen)));
    setAttribute(input, 'aria-activedescendant', shown.length ? `palette-${chosen}` : null);
    list.children[chosen]?.scrollIntoView({ block: 'nearest' });
  }

  function refresh() {
    shown = entries(input.value.trim());
    setChildren(list, shown.map(({ label, detail, keys }, index) =>
      h('li', { role: 'option', id: `palette-${index}`, class: 'palette-item', onclick: () => run(index), onpointermove: () => mark(index) },
        h('span', { class: 'palette-label', dir: 'auto' }, label), detail && h('span', { class: 'soft palette-detail', dir: 'auto' }, detail), keys && h('kbd', {}, keys))));
    setText(status, shown.length ? `${shown.length} found` : 'Nothing found');
    mark(0);
  }

  input.addEventListener('input', refresh);
  input.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) mark(chosen + step);
    else if (event.key === 'Enter' && !event.isComposing) run(chosen);
    else return;
    event.preventDefault();
  });
  refresh();
  show(dialog);
}
