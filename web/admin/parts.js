/** What all sections are made of. */
import { h, icon } from '../shared/dom.js';
import { showError, whileBusy } from '../agent/forms.js';
import { isRefusal } from './api.js';
import { problemSentence } from './sentences.js';

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

export const timeSentence = (time) => moment.format(new Date(time));

export function button(words, onclick, properties = {}) {
  const { kind = '', ...rest } = properties;
  return h('button', { class: `button ${kind}`.trim(), type: 'button', onclick, ...rest }, words);
}

/** A part of the page with a heading. */
export function card(title, ...children) {
  return h('section', { class: 'card', 'aria-label': title }, h('h2', {}, title), children);
}

export const actions = (...buttons) => h('div', { class: 'actions' }, buttons.flat());
export const badge = (words, kind = '') => h('span', { class: `badge ${kind}`.trim() }, words);

/** Nothing to list yet: what this is for, and what to do next. */
export function emptyState(title, text, ...next) {
  return h('div', { class: 'empty' }, h('p', { class: 'display' }, title), h('p', {}, text), next);
}

/** Text to take along, with a button that says so when it has been copied. */
export function copyBox(text, { label, isSecret = false } = {}) {
  const box = h('code', { class: 'copy-text', tabindex: '0', role: 'textbox', 'aria-readonly': 'true', 'aria-label': label }, text);
  const told = h('span', { class: 'hidden-text', role: 'status' });
  const copy = button('Copy', async () => {
    const isCopied = await copied(text, box);
    copy.textContent = isCopied ? 'Copied' : 'Marked: copy it';
    told.textContent = isCopied ? 'Copied to the clipboard' : 'The text is marked. Copy it with the keyboard.';
    setTimeout(() => {
      copy.textContent = 'Copy';
      told.textContent = '';
    }, 4000);
  });
  return h('div', { class: isSecret ? 'copy is-secret' : 'copy', 'data-testid': 'copy' }, box, copy, told);
}

/** Pages on plain http have no clipboard: then the text is marked for the keyboard. */
async function copied(text, box) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection().selectAllChildren(box);
    return false;
  }
}

/**
 * A form that sends once, shows what was refused beside its field or above the button, and leaves what was typed.
 * `fields` are those of fields.js by the names that the server uses.
 */
export function form({ fields = {}, children, words, busyWords = 'Saving…', kind = 'primary', special, more = [], onsubmit }) {
  const error = h('p', { class: 'error-line', role: 'alert', hidden: true });
  const submit = h('button', { class: `button ${kind}` }, words);
  const send = (event) => {
    event.preventDefault();
    showError(error, '');
    return whileBusy(submit, busyWords, async () => {
      try {
        await onsubmit();
      } catch (refusal) {
        if (!isRefusal(refusal)) throw refusal;
        const sentence = problemSentence(refusal, special);
        const named = fields[refusal.field];
        if (refusal.code === 'invalid' && named?.mistake) named.mistake(sentence);
        else showError(error, sentence);
      }
    });
  };
  return h('form', { class: 'form', novalidate: true, onsubmit: send }, children, error, actions(submit, more));
}

/** For a button outside a form: locks it, and tells `fail` what was refused. True if it was done. */
export async function attempt(control, busyWords, work, fail, special) {
  let isDone = false;
  await whileBusy(control, busyWords, async () => {
    try {
      await work();
      isDone = true;
    } catch (refusal) {
      if (!isRefusal(refusal)) throw refusal;
      fail(problemSentence(refusal, special));
    }
  });
  return isDone;
}

export const goodLine = (text) => h('p', { class: 'state' }, icon('check'), text);
export const warnLine = (text) => h('p', { class: 'state is-warning' }, icon('alert'), text);
