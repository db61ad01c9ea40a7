/** A button that shows something small: closed by Esc, by a click elsewhere and by a choice; the focus returns. */
import { setAttribute } from '../shared/dom.js';

export function createPopover({ button, body, onOpen = () => {} }) {
  const isOpen = () => !body.hidden;
  const items = () => [...body.querySelectorAll('button:not(:disabled), a[href], input:not(:disabled)')];

  function toggle(shallOpen = !isOpen(), { hasFocus = true } = {}) {
    if (shallOpen === isOpen()) return;
    if (shallOpen) onOpen();
    const hadFocus = body.contains(document.activeElement);
    body.hidden = !shallOpen;
    setAttribute(button, 'aria-expanded', String(shallOpen));
    if (shallOpen) items()[0]?.focus();
    else if (hasFocus && hadFocus) button.focus();
  }

  body.hidden = true;
  setAttribute(button, 'aria-expanded', 'false');
  button.addEventListener('click', () => toggle());
  document.addEventListener('pointerdown', ({ target }) => {
    if (isOpen() && !body.contains(target) && !button.contains(target)) toggle(false, { hasFocus: false });
  });
  for (const element of [button, body]) {
    element.addEventListener('keydown', (event) => {
      if (!isOpen()) return;
      if (event.key === 'Escape') {
        event.stopPropagation();
        toggle(false);
      }
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step || event.target.type === 'radio') return;
      event.preventDefault();
      const all = items();
      all[(all.indexOf(document.activeElement) + step + all.length) % all.length]?.focus();
    });
  }
  body.addEventListener('focusout', ({ relatedTarget }) => {
    if (relatedTarget && !body.contains(relatedTarget) && relatedTarget !== button) toggle(false, { hasFocus: false });
  });
  return { open: () => toggle(true), close: () => toggle(false), get isOpen() { return isOpen(); } };
}
