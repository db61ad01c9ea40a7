/** Fields of forms: a label, a control, and one line that is the hint or what is wrong. */
import { h, setAttribute, setText } from '../shared/dom.js';

let count = 0;

/** `{element, control, value, mistake(sentence)}`; `options` of a select are `{value: label}`. */
export function field({ label, hint = '', tag = 'input', value = '', options, isWide = false, id = `field-${(count += 1)}`, ...attributes }) {
  const note = h('p', { class: 'hint', id: `${id}-hint` }, hint);
  const control = h(tag, { id, 'aria-describedby': note.id, ...attributes });
  for (const [key, words] of Object.entries(options ?? {})) control.append(h('option', { value: key }, words));
  control.value = value;
  return {
    element: h('div', { class: isWide ? 'field wide' : 'field' }, h('label', { for: id }, label), control, note),
    control,
    get value() {
      return control.value;
    },
    mistake(sentence) {
      setText(note, sentence || hint);
      note.classList.toggle('is-mistake', Boolean(sentence));
      setAttribute(control, 'aria-invalid', sentence ? 'true' : null);
      if (sentence) control.focus();
    },
  };
}

/** Radio buttons: `{element, value}`; `options` are `{value: label}` or `{value: [label, hint]}`. */
export function choice({ label, options, value, onchange }) {
  const name = `choice-${(count += 1)}`;
  const radios = Object.entries(options).map(([key, words]) => {
    const [title, hint] = [words].flat();
    const radio = h('input', { type: 'radio', name, value: key, checked: key === value, onchange: () => onchange?.(key) });
    return h('label', { class: 'option' }, radio, h('span', {}, title, hint && h('span', { class: 'hint' }, hint)));
  });
  const element = h('fieldset', { class: 'choice' }, h('legend', {}, label), radios);
  return {
    element,
    get value() {
      return element.querySelector('input:checked')?.value;
    },
  };
}

/** A checkbox: `{element, control, isOn}`. */
export function tick({ label, hint, isOn = false, ...attributes }) {
  const control = h('input', { type: 'checkbox', checked: isOn, ...attributes });
  return {
    element: h('label', { class: 'option' }, control, h('span', {}, label, hint && h('span', { class: 'hint' }, hint))),
    control,
    get isOn() {
      return control.checked;
    },
  };
}

/** Shows all mistakes, `{name: sentence}`, beside their fields and moves to the first. True if there is none. */
export function isFlawless(fields, mistakes) {
  for (const [name, one] of Object.entries(fields).reverse()) one.mistake?.(mistakes[name] ?? '');
  return Object.keys(mistakes).length === 0;
}
