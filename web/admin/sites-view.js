/** Sites: the list, what was refused lately, and the form of one. */
import { h } from '../shared/dom.js';
import { path, Refusal } from './api.js';
import { hoursSentence } from './hours.js';
import { attempt, button, card, copyBox, timeSentence } from './parts.js';
import { siteDangers } from './site-dangers.js';
import { siteForm } from './site-form.js';
import { policyOf, snippetOf } from './snippet.js';

const NEW = 'new';

export function heading(id, { site } = {}) {
  const back = { href: '#sites', words: 'All sites' };
  if (id === NEW) return { title: 'A new site', lead: 'Each site has its own look, hours and addresses.', back };
  if (id) return { title: site?.name ?? 'Site', back, lead: 'How the chat looks there, and when somebody answers. Saved changes count at once.' };
  return { title: 'Sites & widget', lead: 'Where the chat may appear, how it looks there, and when somebody answers.' };
}

export async function load({ api }, id) {
  const { sites, refused } = await api.get(path('sites'));
  const site = sites.find(({ siteId }) => siteId === id);
  if (id && id !== NEW && !site) throw new Refusal({ status: 404 });
  return { sites, refused, site };
}

export function draw({ sites, refused, site }, context, id) {
  if (!id) return [refusedCard(refused, sites, context), ...sites.map(siteCard), addLink()];
  if (id === NEW) return siteForm(null, context);
  return [snippetCard(site), siteForm(site, context), ...siteDangers(site, context)];
}

function addLink() {
  return h('div', { class: 'bar' }, h('a', { class: 'button', href: `#sites/${NEW}` }, 'Add a site'));
}

function siteCard({ siteId, name, origins, appearance, hours }) {
  const swatch = h('span', { class: 'swatch', 'aria-hidden': 'true' });
  swatch.style.setProperty('--swatch', appearance.color);
  return h(
    'section',
    { class: 'card', 'aria-label': name, 'data-site': siteId },
    h('div', { class: 'card-head' }, swatch, h('h2', {}, name), h('a', { class: 'button', href: `#sites/${encodeURIComponent(siteId)}`, 'aria-label': `Edit ${name}` }, 'Edit')),
    h(
      'dl',
      { class: 'facts' },
      h('dt', {}, 'Appears on'),
      h('dd', {}, origins.length > 0 ? origins.map((origin) => h('span', { class: 'origin' }, origin)) : 'No site yet: only the page of this server.'),
      h('dt', {}, 'Answers'),
      h('dd', {}, hoursSentence(hours)),
      h('dt', {}, 'Snippet'),
      h('dd', {}, copyBox(snippetOf(siteId, location.origin), { label: `Snippet of ${name}` })),
    ),
  );
}

function snippetCard({ siteId }) {
  return card(
    'Snippet',
    h('p', { class: 'lead' }, 'Put this into each page that shall have the chat, before the end of the body.'),
    copyBox(snippetOf(siteId, location.origin), { label: 'Snippet' }),
    h(
      'details',
      { class: 'more' },
      h('summary', {}, 'The site has a Content-Security-Policy'),
      h('p', {}, 'Then add this to it. No inline style or script is needed.'),
      copyBox(policyOf(location.origin), { label: 'Additions to the policy' }),
    ),
  );
}

function refusedCard(refused, sites, context) {
  if (refused.length === 0) return null;
  return h(
    'section',
    { class: 'card is-notice', 'aria-label': 'Refused lately' },
    h('h2', {}, 'Refused lately'),
    h('p', { class: 'lead' }, 'Pages of these addresses asked for the chat and did not get it. Allow those that are yours.'),
    h('ul', { class: 'rows' }, refused.map((entry) => refusedRow(entry, sites, context))),
  );
}

function refusedRow({ origin, siteId, at, count }, sites, context) {
  const site = sites.find((other) => other.siteId === siteId);
  const error = h('p', { class: 'error-line', role: 'alert', hidden: true });
  const fail = (sentence) => {
    error.textContent = sentence;
    error.hidden = !sentence;
  };
  const allow = button(
    'Allow',
    async () => {
      const isDone = await attempt(allow, 'Allowing…', () => context.api.post(path('sites', siteId, 'origins'), { origin }), fail);
      if (!isDone) return;
      context.say(`${origin} may show the chat now.`);
      context.reload('title');
    },
    { 'aria-label': `Allow ${origin} on ${site?.name ?? siteId}` },
  );
  const times = count === 1 ? 'once' : `${count} times`;
  return h(
    'li',
    { class: 'row', 'data-origin': origin },
    h('div', { class: 'row-text' }, h('p', { class: 'row-title' }, h('strong', {}, origin)), h('p', { class: 'hint' }, `${times}, last ${timeSentence(at)}, as ${site?.name ?? siteId}`), error),
    site ? allow : null,
  );
}
