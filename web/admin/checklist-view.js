import { h, icon } from '../shared/dom.js';
import { firstSteps, progressSentence } from './checklist.js';
import { path } from './api.js';
import { copyBox } from './parts.js';
import { snippetOf } from './snippet.js';

export const heading = () => ({ title: 'First steps' });

export async function load({ api, desk, me }) {
  const [agents, sites, counts] = await Promise.all([api.get(path('agents')), api.get(path('sites')), counted(desk)]);
  return firstSteps({ me, agents: agents.agents, sites: sites.sites, ...counts });
}

/** The list is of use without what only the socket knows. */
async function counted(desk) {
  try {
    const client = await desk();
    const [tickets, canned] = await Promise.all([client.listTickets({ limit: 1 }), client.listCanned()]);
    return { messages: tickets.counts.open + tickets.counts.closed, replies: canned.replies.length };
  } catch {
    return { messages: null, replies: null };
  }
}

export function draw(steps) {
  return [h('p', { class: 'progress-line' }, progressSentence(steps)), h('ol', { class: 'steps' }, steps.map(stepRow))];
}

function stepRow({ key, title, text, isDone, to, action, siteId }) {
  const mark = h('span', { class: 'step-mark', 'aria-hidden': 'true' }, isDone ? icon('check') : null);
  const state = h('span', { class: 'hidden-text' }, isDone ? ' (done)' : ' (to do)');
  return h(
    'li',
    { class: isDone ? 'step is-done' : 'step', 'data-step': key },
    mark,
    h(
      'div',
      { class: 'step-text' },
      h('h2', {}, title, state),
      h('p', {}, text),
      siteId && copyBox(snippetOf(siteId, location.origin), { label: 'Snippet for your pages' }),
      !isDone && to && h('a', { class: 'button', href: to }, action),
    ),
  );
}
