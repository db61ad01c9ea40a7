/** The audit log, newest first. */
import { h } from '../shared/dom.js';
import { makeFormat } from '../shared/format.js';
import { ACTIONS, auditSentence, isGrave } from './audit-sentences.js';
import { path } from './api.js';
import { field } from './fields.js';
import { attempt, button, emptyState, goodLine } from './parts.js';

const PAGE = 50;
const format = makeFormat();

export const heading = () => ({
  title: 'Audit log',
  lead: 'Who did what, and when. Nothing here can be changed, and no text of a conversation or network address is in it.',
});

const address = (action, cursor) => {
  const query = new URLSearchParams({ limit: PAGE });
  if (action) query.set('action', action);
  if (cursor) query.set('cursor', cursor);
  return `${path('audit')}?${query}`;
};

export async function load({ api }, action) {
  return api.get(address(Object.hasOwn(ACTIONS, action ?? '') ? action : ''));
}

export function draw({ entries, next }, context, action) {
  const filter = field({ label: 'Show', tag: 'select', options: { '': 'Everything', ...ACTIONS }, value: action ?? '', id: 'audit-filter' });
  filter.control.addEventListener('change', () => context.go('audit', filter.value));
  if (entries.length === 0) {
    return [h('div', { class: 'bar' }, filter.element), action ? emptyState('Nothing of this kind', 'Choose another kind, or everything.') : emptyState('Nothing yet', 'Logins and changes appear here as they happen.')];
  }
  const list = h('div', { class: 'log' });
  let day;
  const add = (more) => {
    for (const entry of more) {
      if (format.dayKey(entry.at) !== day) {
        day = format.dayKey(entry.at);
        list.append(h('h2', { class: 'log-day' }, format.dayName(entry.at, Date.now())), h('ol', { class: 'rows' }));
      }
      list.lastElementChild.append(entryRow(entry));
    }
  };
  add(entries);
  return [h('div', { class: 'bar' }, filter.element), list, next && moreButton(next, { list, add, action, context })];
}

function entryRow(entry) {
  const { at, action, detail } = entry;
  return h(
    'li',
    { class: isGrave(action) ? 'entry is-grave' : 'entry', 'data-action': action },
    h('time', { datetime: at, title: format.full(at) }, format.clock(at)),
    h('p', {}, auditSentence(entry), detail && h('span', { class: 'hint' }, ` ${detail}`)),
  );
}

function moreButton(cursor, { list, add, action, context }) {
  const holder = h('div', { class: 'bar' });
  const error = h('p', { class: 'error-line', role: 'alert', hidden: true });
  const fail = (sentence) => {
    error.textContent = sentence;
    error.hidden = !sentence;
  };
  const more = button('Show older ones', async () => {
    fail('');
    await attempt(more, 'Loading…', async () => {
      const answer = await context.api.get(address(action, cursor));
      const before = list.querySelectorAll('.entry').length;
      add(answer.entries);
      const first = list.querySelectorAll('.entry')[before];
      first?.setAttribute('tabindex', '-1');
      first?.focus({ preventScroll: true });
      cursor = answer.next;
      if (!cursor) holder.replaceChildren(goodLine('That is everything.'));
    }, fail);
  });
  holder.append(more, error);
  return holder;
}
