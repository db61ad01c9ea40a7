/** Every login that is in force, and its end. */
import { h } from '../shared/dom.js';
import { path } from './api.js';
import { attempt, badge, button, emptyState, timeSentence } from './parts.js';

export const heading = () => ({
  title: 'Sessions',
  lead: 'Where somebody is logged in. An ended session is gone within a second, on all its pages.',
});

export const load = ({ api }) => api.get(path('sessions'));

export function draw({ sessions }, context) {
  if (sessions.length === 0) return emptyState('Nobody is logged in', 'Sessions appear here when agents log in.');
  const sorted = sessions.toSorted((a, b) => b.current - a.current || (a.lastUsedAt < b.lastUsedAt ? 1 : -1));
  return h('ul', { class: 'rows', 'aria-label': 'Sessions' }, sorted.map((session) => sessionRow(session, context)));
}

function sessionRow({ sessionId, agent, browser, createdAt, lastUsedAt, current }, context) {
  const name = agent?.name ?? 'Somebody';
  const where = browser ?? 'an unknown browser';
  const end = button(
    'End',
    async () => {
      const isDone = await attempt(end, 'Ending…', () => context.api.remove(path('sessions', sessionId)), context.say, {
        // One that has ended already is as it should be.
        not_found: 'It had ended already.',
      });
      if (isDone) context.say(`The session of ${name} has ended.`);
      context.reload('title');
    },
    { 'aria-label': `End the session of ${name} in ${where}` },
  );
  return h(
    'li',
    { class: 'row' },
    h(
      'div',
      { class: 'row-text' },
      h('p', { class: 'row-title' }, h('strong', {}, name), ` in ${where}`, current && badge('this one', 'is-accent')),
      h('p', { class: 'hint' }, `Since ${timeSentence(createdAt)}, ${current ? 'in use now' : `last used ${timeSentence(lastUsedAt)}`}`),
    ),
    current ? null : end,
  );
}
