/** The form of a site, with a picture of the widget that follows it. */
import { h, icon, setChildren } from '../shared/dom.js';
import { path } from './api.js';
import { colorChecks, isColor } from './contrast.js';
import { choice, field, isFlawless } from './fields.js';
import { hoursEditor } from './hours-editor.js';
import { parseOrigins } from './origins.js';
import { card, form } from './parts.js';
import { createPreview } from './preview.js';

const FRESH = {
  name: '',
  origins: [],
  appearance: { color: '#1f4e79', position: 'right', greeting: '', title: '' },
  hours: null,
};
const PALETTE = { '#1f4e79': 'Blue', '#0f6b5c': 'Green', '#a5431b': 'Russet', '#6b3fa0': 'Violet', '#b3261e': 'Red', '#2b2b2b': 'Black' };
const TOO_MANY = { conflict: 'There are 100 sites already. Delete one that is not used.' };

export function siteForm(site, context) {
  const { name, origins, appearance, hours } = site ?? FRESH;
  const fields = {
    name: field({ label: 'Name', value: name, hint: 'For you and your agents.', maxlength: '100', autocomplete: 'off' }),
    origins: field({
      label: 'Addresses that may show it',
      tag: 'textarea',
      rows: '3',
      value: origins.join('\n'),
      placeholder: 'https://shop.example',
      spellcheck: 'false',
      autocapitalize: 'none',
      isWide: true,
      hint: 'One a line, with https. www.shop.example and shop.example are two.',
    }),
    title: field({ label: 'Title', value: appearance.title, maxlength: '60', hint: 'Empty: the usual one, in the reader’s language.', autocomplete: 'off' }),
    greeting: field({
      label: 'Greeting',
      tag: 'textarea',
      rows: '2',
      value: appearance.greeting,
      maxlength: '300',
      isWide: true,
      hint: 'The first thing a visitor reads. Empty: the usual one, in the reader’s language.',
    }),
  };
  const preview = createPreview();
  const look = () => ({ color: color.value, position: position.value, title: fields.title.value.trim(), greeting: fields.greeting.value.trim() });
  const update = () => preview.show(look());
  const color = colorField(appearance.color, update);
  const position = choice({ label: 'Corner', options: { right: 'Right', left: 'Left' }, value: appearance.position, onchange: update });
  const editor = hoursEditor(hours);
  fields.color = color;
  fields.timeZone = editor.timeZone;
  for (const one of [fields.title, fields.greeting]) one.control.addEventListener('input', update);
  update();

  return form({
    fields: { ...fields, days: editor },
    words: site ? 'Save' : 'Add the site',
    special: TOO_MANY,
    children: [
      card('Site', fields.name.element, fields.origins.element),
      card(
        'Look',
        h('div', { class: 'look' }, h('div', { class: 'look-fields' }, color.element, position.element, fields.title.element, fields.greeting.element), preview.element),
      ),
      card('When somebody answers', editor.element),
    ],
    onsubmit: async () => {
      const parsed = parseOrigins(fields.origins.value);
      const mistakes = {};
      if (!fields.name.value.trim()) mistakes.name = 'Please give the site a name.';
      if (parsed.mistakes.length > 0) mistakes.origins = parsed.mistakes.join(' ');
      if (!isColor(color.value)) mistakes.color = 'Please write the colour as #rrggbb.';
      if (!editor.check()) mistakes.days = editor.problem;
      if (!isFlawless({ ...fields, days: editor }, mistakes)) return;
      const values = { name: fields.name.value.trim(), origins: parsed.origins, appearance: look(), hours: editor.value };
      const answer = site ? await context.api.put(path('sites', site.siteId), values) : await context.api.post(path('sites'), values);
      context.say(`${answer.site.name} is saved.`);
      if (site) context.reload('title');
      else context.go('sites', answer.site.siteId);
    },
  });
}

/** The browser's colour field, the same as text, six that are readable, and what the colour is good for. */
function colorField(value, onchange) {
  const text = field({ label: 'Colour', value, maxlength: '7', spellcheck: 'false', autocomplete: 'off', class: 'color-text' });
  const picker = h('input', { type: 'color', class: 'color-picker', 'aria-label': 'Choose the colour' });
  const palette = Object.entries(PALETTE).map(([color, name]) => {
    const one = h('button', { class: 'palette-color', type: 'button', 'aria-label': `${name}, ${color}`, title: name, onclick: () => set(color) });
    one.style.setProperty('--swatch', color);
    return one;
  });
  const checks = h('ul', { class: 'checks', 'aria-live': 'polite', 'data-testid': 'contrast' });
  const set = (color) => {
    text.control.value = color;
    follow();
  };
  const follow = () => {
    const color = text.value.trim().toLowerCase();
    if (!isColor(color)) return;
    picker.value = color;
    setChildren(checks, colorChecks(color).map(({ isGood, sentence }) => h('li', { class: isGood ? 'is-good' : 'is-warning' }, icon(isGood ? 'check' : 'alert'), sentence)));
    onchange();
  };
  text.control.addEventListener('input', follow);
  picker.addEventListener('input', () => set(picker.value));
  // The first drawing is the form's own.
  const first = onchange;
  onchange = () => {};
  follow();
  onchange = first;
  const row = h('div', { class: 'color-row' }, picker);
  text.control.replaceWith(row);
  row.append(text.control, ...palette);
  text.element.append(checks);
  return {
    element: text.element,
    mistake: text.mistake,
    get value() {
      return text.value.trim().toLowerCase();
    },
  };
}
