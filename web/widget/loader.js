/**
 * The launcher: a classic script for any site, `<script async src="https://HOST/widget.js" data-site="...">`.
 *
 * Options of the tag: data-site, data-locale, data-theme (light, dark). Calls: `Martlet('open')`, and close, toggle,
 * show, hide, identify(person), reset, on(event, listener), off(event, listener), destroy; those made before this
 * script has loaded wait in a stub's queue. Events: ready, open, close, message, unread.
 */
import { DEFAULT_SITE, formerKey, siteKey } from '../shared/site-key.js';
import { icon } from './icon.js';

const script = document.currentScript;
const BASE = new URL(__WIDGET_PATH__, script.src).href;
/** Nothing of the page's style comes in: an important rule in here wins over one out there. */
const STYLE = `:host{all:initial!important;position:fixed!important;z-index:2147483647!important;inset:auto 0 0!important;
color-scheme:light dark!important}
:host([data-theme=light]){color-scheme:light!important}
:host([data-theme=dark]){color-scheme:dark!important}
:host([hidden]),b:empty{display:none!important}
.launcher,.panel{position:fixed;bottom:20px;right:20px;
margin:0 env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left)}
.left{right:auto;left:20px}
.launcher{width:58px;height:58px;padding:16px;border:1px solid #fff4;border-radius:50%;
background:var(--accent);color:var(--on-accent);box-shadow:0 4px 24px #0004;cursor:pointer}
.launcher:hover{filter:brightness(1.12)}
.launcher:focus-visible{outline:3px solid var(--accent);outline-offset:3px}
svg{display:block;fill:none;stroke:currentcolor;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}
b{position:absolute;top:-4px;right:-4px;min-width:22px;border-radius:11px;background:#a5431b;color:#fff;font:600 13px/22px sans-serif}
.panel{bottom:92px;width:380px;height:min(640px,100dvh - 112px);border-radius:20px;box-shadow:0 4px 48px #0005}
@media(max-width:599px){.panel{inset:var(--top,0) 0 auto;width:100%;height:var(--height,100dvh);margin:0;border-radius:0}
.panel:not([hidden])~*{display:none}}`;

const { site = DEFAULT_SITE, locale: wanted, theme } = script.dataset;
const language = (wanted || document.documentElement.lang || navigator.language).toLowerCase();
const locale = ['de', 'ar'].find((known) => language.startsWith(known)) ?? 'en';
const listeners = {};
const [host, button, badge] = ['martlet-chat', 'button', 'b'].map((tag) => document.createElement(tag));
let root;
let config;
let texts;
let loading;
let chat;
let isOpen = false;
let unread = 0;

const fetched = async (path, kind = 'json') => {
  const response = await fetch(BASE + path);
  if (response.ok) return response[kind]();
  throw new Error(`${path}: ${response.status}`);
};
const dress = (style) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  root.adoptedStyleSheets.push(sheet);
};
const complain = (error) => console.warn('Martlet:', error);
/** Where the browser refuses its storage, nothing is known of earlier pages. */
const stored = (use) => {
  try {
    return use();
  } catch {
    return null;
  }
};
const isFormer = () => stored(() => site === DEFAULT_SITE && localStorage.getItem(formerKey('guest')));
/** Whether somebody has written here before. */
const isKnown = () => stored(() => localStorage.getItem(siteKey(site, 'guest'))) || isFormer();

function tell(event, value) {
  if (event === 'unread') unread = value;
  draw();
  listeners[event]?.forEach((listener) => listener(value));
}

function draw() {
  button.ariaLabel = isOpen ? texts.close : texts.open + (unread ? `, ${texts.unread.replace('{n}', unread)}` : '');
  button.ariaExpanded = isOpen;
  badge.textContent = isOpen || !unread ? '' : unread > 9 ? '9+' : unread;
  button.replaceChildren(
    icon(isOpen ? 'M6 9.5l6 6 6-6' : 'M20 11.5a8 8 0 0 1-11.6 7.1L4 20l1.4-4.4A8 8 0 1 1 20 11.5Z'),
    badge,
  );
}

/** The panel comes when it is needed; if it cannot come, the next click asks again. */
function load() {
  loading ??= import(BASE + 'chat.js').then(async ({ start }) => {
    if (isFormer()) (await import(BASE + 'former-keys.js')).takeOver(localStorage);
    chat = await start({ root, url: BASE, site, locale, texts, fetched, dress, icon, config, tell, onClose: api.close });
  });
  loading.catch(() => (loading = undefined));
  return loading;
}

async function turn(next, hasFocus) {
  if (next) await load();
  if (isOpen === next) return;
  isOpen = next;
  stored(() => sessionStorage.setItem(siteKey(site, 'open'), next ? '1' : ''));
  chat.show(next, hasFocus);
  if (!next) button.focus();
  tell(next ? 'open' : 'close');
}

const api = {
  open: () => turn(true, true),
  close: () => turn(false),
  toggle: () => turn(!isOpen, true),
  show: () => (host.hidden = false),
  hide: () => (host.hidden = true),
  /** Is told when there is a connection: who never opens the chat needs none. */
  identify(person) {
    config.person = person;
    return chat?.person('identify', person);
  },
  async reset() {
    config.person = undefined;
    if (loading || isKnown()) await load().then(() => chat.person('reset'));
  },
  on: (event, listener) => (listeners[event] ??= new Set()).add(listener),
  off: (event, listener) => listeners[event]?.delete(listener),
  destroy() {
    chat?.stop();
    host.remove();
    delete window.Martlet;
  },
};

async function begin() {
  [config, texts] = await Promise.all([
    fetched(`../config?site=${site}`),
    fetched(`${locale}.json`),
  ]);
  if (!config.allowed) throw new Error(`${location.origin} is no origin of this site`);
  const { color, ink, position } = config.appearance;
  root = host.attachShadow({ mode: 'open' });
  dress(STYLE);
  root.append(button);
  host.dir = locale === 'ar' ? 'rtl' : 'ltr';
  host.lang = locale;
  host.dataset.theme = stored(() => localStorage.getItem('martlet.theme')) ?? theme ?? '';
  host.style.cssText = `--accent:${color};--on-accent:${ink}`;
  button.className = `launcher ${position}`;
  button.onclick = api.toggle;
  document.documentElement.append(host);
  draw();
  const { q = [] } = window.Martlet ?? {};
  window.Martlet = (method, ...values) => void Promise.resolve(api[method](...values)).catch(complain);
  for (const call of q) window.Martlet(...call);
  tell('ready');
  if (stored(() => sessionStorage.getItem(siteKey(site, 'open')))) await turn(true);
  else if (isKnown()) await load();
}

(window.requestIdleCallback ?? setTimeout)(() => begin().catch(complain));
