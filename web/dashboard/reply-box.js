/**
 * Where an answer or a private note is written, in clearly different colours. What is not sent stays as the draft, one
 * per conversation and mode. `onState(state)`: reading, writing or noting; typing is told to guests for answers alone.
 */
import { h, icon, setAttribute, setText } from '../shared/dom.js';
import { isBlank } from '../shared/is-blank.js';
import { firstPlace } from './canned.js';
import { createCannedList } from './canned-list.js';
import { draftKey } from './drafts.js';
import { drawing } from './icons.js';

const LIMIT = 4000;
const SHOW_COUNT = 3600;
const NO_FILES = 'Files cannot be sent here. Put the file where your guest can reach it, and paste the link.';
const growsByItself = globalThis.CSS?.supports('field-sizing', 'content');
const MODES = {
  reply: { label: 'Your answer', placeholder: 'Write an answer, or / for a canned one', action: 'Send' },
  note: { label: 'Private note', placeholder: 'A note for your team. Guests never see it', action: 'Add note' },
};

export function createReplyBox({ drafts, preferences, replies, valuesOf, onSend, onNote, onTyping, onState }) {
  let ticketId = '';
  let mode = 'reply';
  const field = h('textarea', {
    id: 'composer', class: 'composer-field', rows: '1', dir: 'auto', 'data-testid': 'composer',
    'aria-describedby': 'composer-hint composer-count', 'aria-label': MODES.reply.label, 'aria-autocomplete': 'list',
  });
  const tab = (name, words, ...more) =>
    h('button', { type: 'button', class: `mode mode-${name}`, 'data-testid': `mode-${name}`, onclick: () => { setMode(name); field.focus(); } }, ...more, words);
  const tabs = { reply: tab('reply', 'Reply'), note: tab('note', 'Private note', drawing('lock')) };
  const action = h('span');
  const send = h('button', { class: 'composer-send', id: 'send', 'data-testid': 'send' }, action, icon('send'));
  const hint = h('p', { id: 'composer-hint', class: 'composer-hint', role: 'status', 'data-testid': 'composer-hint' });
  const keys = h('span', { class: 'composer-keys', 'aria-hidden': 'true' });
  const count = h('p', { id: 'composer-count', class: 'composer-count' });
  const canned = createCannedList({ field, replies, valuesOf, onInsert: insert });
  const element = h(
    'form',
    { class: 'composer', id: 'reply-box', 'aria-label': 'Write', novalidate: true },
    canned.element,
    h('div', { class: 'composer-box' },
      h('div', { class: 'modes', role: 'group', 'aria-label': 'What you write' }, tabs.reply, tabs.note), field,
      h('div', { class: 'composer-foot' }, hint, count, keys, send)),
  );

  const lengthOf = (text) => [...text].length;

  function refresh() {
    const length = lengthOf(field.value.trim());
    const isTooLong = length > LIMIT;
    const sends = preferences.get('enter') === 'send';
    send.disabled = isBlank(field.value) || isTooLong;
    element.classList.toggle('is-too-long', isTooLong);
    element.dataset.mode = mode;
    const number = (value) => value.toLocaleString();
    setText(count, length < SHOW_COUNT ? '' : `${number(length)} of ${number(LIMIT)} characters`);
    setAttribute(field, 'aria-label', MODES[mode].label);
    setText(action, MODES[mode].action);
    setText(keys, sends ? 'Enter' : 'Ctrl Enter');
    setAttribute(send, 'title', `${MODES[mode].action} (${sends ? 'Enter' : 'Ctrl+Enter'})`);
    setAttribute(field, 'placeholder', MODES[mode].placeholder);
    setAttribute(field, 'enterkeyhint', sends ? 'send' : 'enter');
    for (const name of Object.keys(tabs)) setAttribute(tabs[name], 'aria-pressed', String(name === mode));
    if (growsByItself) return;
    field.style.height = 'auto';
    if (field.scrollHeight) field.style.height = `${field.scrollHeight}px`;
  }

  function tell() {
    const isWriting = !isBlank(field.value) && document.activeElement === field;
    onTyping(mode === 'reply' && isWriting);
    onState(!isWriting ? 'reading' : mode === 'note' ? 'noting' : 'writing');
  }

  function submit(event) {
    event.preventDefault();
    const text = field.value.trim();
    if (isBlank(text) || lengthOf(text) > LIMIT) return;
    const place = mode === 'reply' && firstPlace(field.value);
    if (place) {
      setText(hint, `Fill in ${place.text} before you send this.`);
      field.focus();
      return field.setSelectionRange(place.start, place.end);
    }
    set('');
    (mode === 'note' ? onNote : onSend)(text);
    field.focus();
    tell();
  }

  function set(text) {
    field.value = text;
    drafts.set(draftKey(ticketId, mode), text);
    setText(hint, '');
    refresh();
  }

  function setMode(next) {
    if (mode !== next) {
      onTyping(false);
      mode = next;
      field.value = drafts.get(draftKey(ticketId, mode));
      setText(hint, '');
      canned.close();
      tell();
    }
    refresh();
  }

  function insert(text, caret) {
    set(text);
    field.setSelectionRange(caret, caret);
    const place = firstPlace(text);
    if (place) {
      setText(hint, `Fill in ${place.text}: it is not known.`);
      field.setSelectionRange(place.start, place.end);
    }
    tell();
  }

  function refuseFiles(event, files) {
    if (!files?.length) return;
    event.preventDefault();
    setText(hint, NO_FILES);
  }

  element.addEventListener('submit', submit);
  field.addEventListener('input', () => {
    drafts.set(draftKey(ticketId, mode), field.value);
    setText(hint, '');
    canned.look(mode === 'reply');
    tell();
    refresh();
  });
  field.addEventListener('keydown', (event) => {
    if (canned.takes(event)) return;
    if (event.key !== 'Enter' || event.isComposing || event.keyCode === 229) return;
    const isSending = event.ctrlKey || event.metaKey || (preferences.get('enter') === 'send' && !event.shiftKey);
    if (isSending) submit(event);
  });
  field.addEventListener('focus', tell);
  field.addEventListener('blur', () => {
    canned.close();
    tell();
  });
  field.addEventListener('paste', (event) => {
    if (!event.clipboardData?.getData('text/plain')) refuseFiles(event, event.clipboardData?.files);
  });
  element.addEventListener('dragover', (event) => event.dataTransfer?.types.includes('Files') && event.preventDefault());
  element.addEventListener('drop', (event) => refuseFiles(event, event.dataTransfer?.files));
  preferences.subscribe(refresh);

  return {
    element,
    field,
    get mode() { return mode; },
    /** Whose draft it is from now on; begins with the reply. */
    use(nextId) {
      onTyping(false);
      ticketId = nextId;
      mode = 'reply';
      field.value = drafts.get(draftKey(ticketId, mode));
      setText(hint, '');
      canned.close();
      refresh();
    },
    write(next) {
      setMode(next);
      field.focus();
    },
    /** Puts a text back that could not be sent, before what is written already. */
    restore(text, to = 'reply') {
      setMode(to);
      set([text, field.value].filter(Boolean).join('\n'));
      field.focus();
    },
    say: (words) => setText(hint, words),
  };
}
