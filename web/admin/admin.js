/** Administration: one page, its sections by the address's fragment. */
import { h, icon, setChildren, setText } from '../shared/dom.js';
import { isRefusal, openApi } from './api.js';
import { lazyDesk } from './desk.js';
import { button } from './parts.js';
import { parseRoute, routeTo, SECTIONS } from './route.js';
import { problemSentence } from './sentences.js';
import * as agents from './agents-view.js';
import * as audit from './audit-view.js';
import * as checklist from './checklist-view.js';
import * as privacy from './privacy-view.js';
import * as replies from './replies-view.js';
import * as sessions from './sessions-view.js';
import * as sites from './sites-view.js';
import * as words from './words-view.js';

const VIEWS = { checklist, agents, sites, sessions, replies, words, privacy, audit };
/** Milliseconds before a section says that it loads: most are there sooner. */
const PATIENCE = 250;
const TOAST = 5000;

const byId = (id) => document.getElementById(id);
const api = openApi({ onEnded });
const desk = lazyDesk({ onRevoked: onEnded });

let me;
let visit = 0;
let toastTimer;

function onEnded() {
  location.replace('/agent/login?ended');
}

/** What the views get. `reload(focusId)` draws the section anew and moves to the element of this id. */
const context = {
  api,
  desk,
  get me() {
    return me;
  },
  reload: (focusId) => show({ focusId }),
  go: (section, id) => (location.hash = routeTo(section, id)),
  say(sentence) {
    clearTimeout(toastTimer);
    setText(byId('toast'), sentence);
    byId('toast').dataset.on = '';
    toastTimer = setTimeout(() => {
      setText(byId('toast'), '');
      delete byId('toast').dataset.on;
    }, TOAST);
  },
};

/** Loads and draws the section of the address. `focusId`: where to go on; without it, nowhere. */
async function show({ focusId, isNew = false } = {}) {
  const number = (visit += 1);
  const { section, id } = parseRoute(location.hash);
  const view = VIEWS[section];
  drawFrame(section, view.heading(id));
  const body = byId('body');
  if (isNew) setChildren(body, []);
  const timer = setTimeout(() => number === visit && isNew && setChildren(body, [skeleton()]), PATIENCE);
  let children;
  try {
    if (!me) me = (await api.get('/agent/me')).agent;
    const data = await view.load(context, id);
    if (number !== visit) return;
    drawFrame(section, view.heading(id, data));
    children = [view.draw(data, context, id)].flat().filter(Boolean);
  } catch (refusal) {
    if (!isRefusal(refusal)) console.error(refusal);
    children = [failure(refusal)];
  }
  clearTimeout(timer);
  if (number !== visit) return;
  setChildren(body, children);
  body.removeAttribute('aria-busy');
  if (focusId) (document.getElementById(focusId) ?? byId('title')).focus();
}

function drawFrame(section, { title, lead, back }) {
  document.title = `${title} · Martlet`;
  setText(byId('title'), title);
  setText(byId('lead'), lead ?? '');
  byId('crumb').hidden = !back;
  setChildren(byId('crumb'), back ? [h('a', { href: back.href }, icon('back'), back.words)] : []);
  setText(byId('nav-current'), SECTIONS[section]);
  for (const link of byId('nav-list').querySelectorAll('a')) {
    if (link.dataset.section === section) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  byId('body').setAttribute('aria-busy', 'true');
  openNav(false);
}

function skeleton() {
  const lines = [70, 90, 55].map((width) => h('span', { class: `bone w${width}` }));
  return h('div', { class: 'card', role: 'status' }, h('span', { class: 'hidden-text' }, 'Loading…'), lines);
}

function failure(refusal) {
  if (refusal.status === 403) {
    return h(
      'div',
      { class: 'card empty' },
      h('p', { class: 'display' }, 'Only for admins'),
      h('p', {}, 'Your account answers guests. Ask an admin of your desk for what you need here.'),
      h('a', { class: 'button primary', href: '/agent/dashboard' }, 'To the conversations'),
    );
  }
  return h(
    'div',
    { class: 'card empty', role: 'alert' },
    h('p', { class: 'display' }, 'This did not load'),
    h('p', {}, problemSentence(refusal)),
    button('Try again', () => show({ focusId: 'title', isNew: true }), { kind: 'primary' }),
  );
}

// The navigation

function openNav(isOpen) {
  byId('side').toggleAttribute('data-open', isOpen);
  byId('nav-button').setAttribute('aria-expanded', isOpen);
}

const links = Object.entries(SECTIONS).map(([section, words]) =>
  h('li', {}, h('a', { class: 'nav-link', href: routeTo(section), dataset: { section } }, words)),
);
byId('nav-list').append(...links);
byId('nav-button').addEventListener('click', () => openNav(!byId('side').hasAttribute('data-open')));
byId('side').addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || !byId('side').hasAttribute('data-open')) return;
  openNav(false);
  byId('nav-button').focus();
});
byId('skip').addEventListener('click', (event) => {
  event.preventDefault();
  byId('main').focus();
});
addEventListener('hashchange', () => {
  scrollTo(0, 0);
  show({ focusId: 'title', isNew: true });
});

show({ isNew: true });
