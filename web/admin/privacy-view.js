/** How long conversations are kept, and what is stored about one guest. */
import { h } from '../shared/dom.js';
import { path } from './api.js';
import { confirmDialog } from './dialog.js';
import { field, isFlawless, tick } from './fields.js';
import { attempt, button, card, form, warnLine } from './parts.js';
import { foundGuests } from './found-guests.js';

const NO_DAYS = 'Please give a whole number of days, from 1 to 36,500.';
const NOT_STORED = { not_found: 'Nothing is stored about a guest of this id. Perhaps it was erased already.' };

export const heading = () => ({
  title: 'Privacy',
  lead: 'How long conversations are kept, and what a guest may ask of you: a copy of everything, or its end.',
});

export const load = ({ api }) => api.get(path('retention'));

export const draw = (retention, context, id) => [guestCard(context, id), retentionCard(retention, context)];

function retentionCard({ days, isFixed }, context) {
  if (isFixed) {
    return card(
      'How long conversations are kept',
      h('p', {}, days > 0 ? `Closed conversations are deleted after ${days} days.` : 'Conversations are kept without an end.'),
      warnLine('This was set at the start of the server (--retention-days), and is changed there.'),
    );
  }
  const number = field({
    label: 'Days after the close',
    type: 'number',
    min: '1',
    max: '36500',
    inputmode: 'numeric',
    value: days > 0 ? days : 365,
    disabled: days === 0,
    hint: 'Then the conversation, its notes and its messages are deleted for good. Open ones stay.',
  });
  const forever = tick({ label: 'Keep them without an end', isOn: days === 0, onchange: ({ target }) => (number.control.disabled = target.checked) });
  const save = form({
    fields: { days: number },
    children: [number.element, forever.element],
    words: 'Save',
    special: { invalid: NO_DAYS, conflict: 'This was set at the start of the server, and is changed there.' },
    onsubmit: async () => {
      const wanted = forever.isOn ? 0 : Number(number.value);
      const isPossible = forever.isOn || (Number.isInteger(wanted) && wanted >= 1 && wanted <= 36500);
      if (!isFlawless({ number }, isPossible ? {} : { number: NO_DAYS })) return;
      // A shorter time deletes what was kept until now: that is asked first.
      const isShorter = wanted > 0 && (days === 0 || wanted < days);
      const question = {
        title: 'Keep them for a shorter time?',
        text: `Conversations closed more than ${wanted} days ago are deleted for good, the first of them within the hour.`,
        action: 'Shorten it',
      };
      if (isShorter && !(await confirmDialog(question))) return;
      await context.api.put(path('retention'), { days: wanted });
      context.say('How long conversations are kept is saved.');
      context.reload('title');
    },
  });
  return card('How long conversations are kept', save);
}

function guestCard(context, id) {
  const results = h('div', { class: 'results', 'aria-live': 'polite' });
  const query = field({
    label: 'Guest',
    type: 'search',
    autocomplete: 'off',
    hint: 'A name, an e-mail address, words of a conversation, or the id of the customer.',
  });
  const find = form({
    fields: { query },
    children: [query.element],
    words: 'Find',
    busyWords: 'Looking…',
    kind: 'primary',
    onsubmit: async () => {
      const words = query.value.trim();
      if (!isFlawless({ query }, words ? {} : { query: 'Please say whom you look for.' })) return;
      const { hits } = await (await context.desk()).search({ query: words, status: 'all', limit: 50 });
      const guests = foundGuests(hits);
      const rows = guests.map((guest) => guestRow(guest, context));
      results.replaceChildren(...(rows.length > 0 ? [h('ul', { class: 'rows', 'aria-label': 'Guests found' }, rows)] : [nobody(words, context)]));
    },
  });
  if (id) results.append(h('ul', { class: 'rows' }, guestRow({ customerId: id, name: shortName(id) }, context)));
  return card('What is stored about a guest', find, results);
}

/** An id can be used though no conversation is found by words. */
function nobody(words, context) {
  if (!/^[\w-]{8,}$/.test(words)) return h('p', { class: 'hint' }, 'No conversation has these words. Try fewer of them.');
  return h('ul', { class: 'rows' }, guestRow({ customerId: words, name: shortName(words) }, context));
}

function guestRow({ customerId, name, email, numbers }, context) {
  const error = h('p', { class: 'error-line', role: 'alert', hidden: true });
  const fail = (sentence) => {
    error.textContent = sentence;
    error.hidden = !sentence;
  };
  const erase = button('Erase', () => eraseGuest({ customerId, name }, erase, row, fail, context), { kind: 'danger', 'aria-label': `Erase ${name}` });
  const save = button('Export', () => attempt(save, 'Exporting…', () => download(customerId, context), fail, NOT_STORED), { 'aria-label': `Export ${name}` });
  const row = h(
    'li',
    { class: 'row', 'data-guest': customerId },
    h(
      'div',
      { class: 'row-text' },
      h('p', { class: 'row-title' }, h('strong', { dir: 'auto' }, name), email && h('span', { dir: 'auto' }, email)),
      h('p', { class: 'hint' }, numbers ? `${numbers} · ` : '', h('span', { class: 'id' }, customerId)),
      error,
    ),
    h('div', { class: 'row-actions' }, save, erase),
  );
  return row;
}

/** By fetch, so that a refusal is a sentence and not a page. */
async function download(customerId, { api, say }) {
  const stored = await api.get(path('guests', customerId, 'export'));
  const blob = new Blob([JSON.stringify(stored, null, 2)], { type: 'application/json' });
  const link = h('a', { href: URL.createObjectURL(blob), download: `guest-${customerId}.json` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  say('The file is in your downloads.');
}

async function eraseGuest({ customerId, name }, control, row, fail, { api, say }) {
  const isSure = await confirmDialog({
    title: `Erase ${name}?`,
    text: 'All conversations of this guest, every message and note in them, and the guest are deleted for good. Backups made earlier keep what they have.',
    action: 'Erase for good',
    typed: 'erase',
  });
  if (!isSure) return control.focus();
  fail('');
  await attempt(
    control,
    'Erasing…',
    async () => {
      const { tickets, messages } = await api.remove(path('guests', customerId));
      const told = `Erased: ${count(tickets, 'conversation')} and ${count(messages, 'message')}.`;
      row.replaceChildren(h('p', { class: 'state', tabindex: '-1' }, told));
      row.firstElementChild.focus();
      say(told);
    },
    fail,
    NOT_STORED,
  );
}

const count = (number, what) => `${number} ${what}${number === 1 ? '' : 's'}`;

const shortName = (customerId) => `Guest ${customerId.length > 8 ? `${customerId.slice(0, 8)}…` : customerId}`;
