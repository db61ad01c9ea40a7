/**
 * Where a message is written. Enter sends, Shift+Enter is a new line; what is not sent stays as the draft.
 * `drafts` has `get(key)` and `set(key, text)`; `use(key)` changes whose draft it is.
 */
import { h, icon, setText } from './dom.js';
import { isBlank } from './is-blank.js';

const LIMIT = 4000;
const SHOW_COUNT = 3600;
const growsByItself = globalThis.CSS?.supports('field-sizing', 'content');

export function createComposer({ label, placeholder, drafts, onSend, onTyping }) {
  let key = '';
  const field = h('textarea', {
    id: 'composer',
    class: 'composer-field',
    rows: '1',
    placeholder,
    dir: 'auto',
    enterkeyhint: 'send',
    'aria-describedby': 'composer-count',
    'data-testid': 'composer',
  });
  const send = h(
    'button',
    { class: 'composer-send', id: 'send', 'data-testid': 'send', 'aria-label': 'Send', title: 'Send (Enter)' },
    icon('send'),
  );
  const count = h('p', { id: 'composer-count', class: 'composer-count' });
  const element = h(
    'form',
    { class: 'composer', 'aria-label': label, novalidate: true },
    h('label', { class: 'hidden-text', for: 'composer' }, label),
    h('div', { class: 'composer-box' }, field, send),
    count,
  );

  const lengthOf = (text) => [...text].length;

  function refresh() {
    const length = lengthOf(field.value.trim());
    const isTooLong = length > LIMIT;
    send.disabled = isBlank(field.value) || isTooLong;
    element.classList.toggle('is-too-long', isTooLong);
    const number = (value) => value.toLocaleString();
    setText(count, length < SHOW_COUNT ? '' : `${number(length)} of ${number(LIMIT)} characters`);
    if (growsByItself) return;
    field.style.height = 'auto';
    if (field.scrollHeight) field.style.height = `${field.scrollHeight}px`;
  }

  function submit(event) {
    event.preventDefault();
    const text = field.value.trim();
    if (isBlank(text) || lengthOf(text) > LIMIT) return;
    set('');
    onTyping(false);
    onSend(text);
    field.focus();
  }

  function set(text) {
    field.value = text;
    drafts.set(key, text);
    refresh();
  }

  element.addEventListener('submit', submit);
  field.addEventListener('input', () => {
    drafts.set(key, field.value);
    onTyping(!isBlank(field.value));
    refresh();
  });
  field.addEventListener('keydown', (event) => {
    const isPlainEnter = event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229;
    if (isPlainEnter) submit(event);
  });
  field.addEventListener('blur', () => onTyping(false));

  return {
    element,
    field,
    focus: () => field.focus(),
    use(nextKey) {
      key = nextKey;
      field.value = drafts.get(key);
      refresh();
    },
    /** Puts a text back that could not be sent, before what is written already. */
    restore(text) {
      set([text, field.value].filter(Boolean).join('\n'));
      field.focus();
    },
    refresh,
  };
}

/** Drafts by key under one name of a storage. */
export function draftsIn(value) {
  return {
    get: (key) => value.get()[key] ?? '',
    set(key, text) {
      const { [key]: _, ...others } = value.get();
      value.set(text ? { ...others, [key]: text } : others);
    },
  };
}
