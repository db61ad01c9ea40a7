/** The canned replies that open at a `/` in the answer: filtered as one types, chosen by arrows and Enter or a click. */
import { h, setAttribute, setChildren, setText } from '../shared/dom.js';
import { filled, matchingReplies, slashQuery } from './canned.js';

/** `replies()` are all; `valuesOf()` fill their places; `onInsert(text, caret)` takes the whole new text. */
export function createCannedList({ field, replies, valuesOf, onInsert }) {
  let shown = [];
  let chosen = 0;
  let at = null;
  const list = h('ul', { class: 'canned-list', id: 'canned-list', role: 'listbox', 'aria-label': 'Canned replies', 'data-testid': 'canned' });
  const empty = h('p', { class: 'canned-empty soft' });
  const status = h('p', { class: 'hidden-text', role: 'status' });
  const panel = h('div', { class: 'canned', hidden: true }, list, empty);
  const element = h('div', { class: 'canned-frame' }, panel, status);

  function close() {
    panel.hidden = true;
    at = null;
    setText(status, '');
    setAttribute(field, 'aria-activedescendant', null);
    setAttribute(field, 'aria-controls', null);
  }

  function mark(index) {
    chosen = (index + shown.length) % Math.max(1, shown.length);
    [...list.children].forEach((item, position) => setAttribute(item, 'aria-selected', String(position === chosen)));
    setAttribute(field, 'aria-activedescendant', shown.length ? `canned-${chosen}` : null);
    list.children[chosen]?.scrollIntoView({ block: 'nearest' });
  }

  function take(index) {
    const reply = shown[index];
    if (!reply || !at) return;
    const text = filled(reply.text, valuesOf());
    const before = field.value.slice(0, at.start);
    const after = field.value.slice(at.start + 1 + at.query.length);
    close();
    onInsert(before + text + after, before.length + text.length);
  }

  function look(isWanted) {
    at = isWanted ? slashQuery(field.value, field.selectionStart) : null;
    if (!at) return close();
    const all = replies();
    shown = matchingReplies(all, at.query);
    // A slash in the middle of a sentence is a slash.
    if (!shown.length && at.query) return close();
    const items = shown.map((reply, index) =>
      h('li', { role: 'option', id: `canned-${index}`, class: 'canned-item', onpointerdown: (event) => { event.preventDefault(); take(index); } },
        h('span', { class: 'canned-title', dir: 'auto' }, reply.title), h('span', { class: 'canned-text', dir: 'auto' }, filled(reply.text, valuesOf()))));
    setChildren(list, items);
    list.hidden = !items.length;
    setText(empty, items.length ? '' : 'No canned replies yet. An admin writes them on the Admin page, under Replies.');
    empty.hidden = items.length > 0;
    setText(status, items.length === 1 ? '1 canned reply' : `${items.length} canned replies`);
    panel.hidden = false;
    setAttribute(field, 'aria-controls', 'canned-list');
    mark(0);
  }

  return {
    element,
    close,
    look,
    /** True if the key was meant for the list. */
    takes(event) {
      if (panel.hidden || event.isComposing) return false;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && shown.length) mark(chosen + step);
      else if ((event.key === 'Enter' || event.key === 'Tab') && shown.length && !event.shiftKey && !event.ctrlKey && !event.metaKey) take(chosen);
      else if (event.key === 'Escape') {
        event.stopPropagation();
        close();
      } else return false;
      event.preventDefault();
      return true;
    },
  };
}
