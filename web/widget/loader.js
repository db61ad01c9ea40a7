/**
 * The launcher: a classic script for any site, `<script async src="https://HOST/widget.js" data-site="...">`.
 *
 * Options of the tag: data-site, data-locale, data-theme (light, dark). Calls: `Martlet('open')`, and close, toggle,
 * show, hide, identify(person), reset, on(event, listener), off(event, listener), destroy; those made before this
 * script has loaded wait in a stub's queue. Events: ready, open, close, message, unread.
 */
import { siteKey } from '../shared/site-key.js';
import { icon } from './icon.js';
import { styles } from './styles.js';

const script = document.currentScript;
const { site = 'default', locale, theme } = script.dataset;
const url = new URL(__WIDGET_PATH__, script.src);
const listeners = {};
const [host, button, badge] = ['martlet-chat', 'button', 'b'].map((tag) => document.createElement(tag));
let root;
let config;
let loading;
let chat;
let isOpen = false;
let unread = 0;

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
/** Whether somebody has written here before. */
const isKnown = () => stored(() => localStorage.getItem(siteKey(site, 'guest')));

function tell(event, value) {
  if (event === 'unread') unread = value;
  draw();
  listeners[event]?.forEach((listener) => listener(value));
}

function draw() {
  const { texts } = config;
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
  loading ??= import(`${url}${config.language}/chat.js`).then(async ({ start }) => {
    chat = await start({ root, url, site, dress, icon, config, tell, onClose: api.close });
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
  config = await (await fetch(`${url}../config?site=${site}&language=${locale || document.documentElement.lang || navigator.language}`)).json();
  if (!config.allowed) throw config.error ?? new Error(`${location.origin} is no origin of this site`);
  const { appearance: { color, ink, position }, language } = config;
  root = host.attachShadow({ mode: 'open' });
  dress(styles.launcher);
  root.append(button);
  host.dir = language === 'ar' ? 'rtl' : 'ltr';
  host.lang = language;
  host.dataset.theme = stored(() => localStorage.getItem('martlet.theme')) ?? theme ?? '';
  host.style.cssText = `--accent:${color};--on-accent:${ink}`;
  button.className = `launcher ${position}`;
  button.onclick = api.toggle;
  document.documentElement.append(host);
  const { q = [] } = window.Martlet ?? {};
  window.Martlet = (method, ...values) => void Promise.resolve(api[method](...values)).catch(complain);
  for (const call of q) window.Martlet(...call);
  tell('ready');
  if (stored(() => sessionStorage.getItem(siteKey(site, 'open')))) await turn(true);
  else if (isKnown()) await load();
}

(window.requestIdleCallback ?? setTimeout)(() => begin().catch(complain));
