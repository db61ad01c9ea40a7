/** Dialogs by the browser's own element: the focus stays inside, Esc closes, and the focus returns. */
import { h } from '../shared/dom.js';
import { actions, button } from './parts.js';

let count = 0;

/** `fill(close)` returns the children. Resolves with what `close(value)` was given, undefined after Esc. */
export function openDialog({ title, fill }) {
  return new Promise((resolve) => {
    const id = `dialog-${(count += 1)}`;
    let answer;
    const close = (value) => {
      answer = value;
      dialog.close();
    };
    const dialog = h('dialog', { class: 'dialog', 'aria-labelledby': id }, h('h2', { id }, title));
    dialog.append(...[fill(close)].flat().filter(Boolean));
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Asks before what cannot be undone; true if it shall be. With `typed` only after this word was typed. */
export function confirmDialog({ title, text, action, typed }) {
  return openDialog({
    title,
    fill: (close) => {
      const yes = button(action, () => close(true), { kind: 'danger', disabled: Boolean(typed) });
      const no = button('Cancel', () => close(false), { autofocus: !typed });
      const children = [h('p', { class: 'lead' }, text)];
      if (typed) {
        const input = h('input', { id: 'confirm-word', autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', autofocus: true });
        input.addEventListener('input', () => (yes.disabled = input.value.trim() !== typed));
        input.addEventListener('keydown', (event) => event.key === 'Enter' && !yes.disabled && close(true));
        const label = h('label', { for: input.id }, 'Type ', h('strong', {}, typed), ' to confirm');
        children.push(h('div', { class: 'field' }, label, input));
      }
      return [...children, actions(yes, no)];
    },
  });
}
