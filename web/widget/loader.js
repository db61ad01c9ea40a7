/**
 * The launcher: a classic script for any site, `<script async src="https://HOST/widget.js" data-site="...">`.
 *
 * Options of the tag: data-site, data-locale, data-theme (light, dark). Calls: `Martlet('open')`, and close, toggle,
 * show, hide, identify(person), reset, on(event, listener), off(event, listener), destroy; those made before this
 * script has loaded wait in a stub's queue. Events: ready, open, close, message, unread.
 */
import { icon } from './icon.js';
import { inkOn } from './ink.js';

const script = document.currentScript ?? document.querySelector('script[src*="/widget.js"]');
const BASE = new URL(__WIDGET_PATH__, script.src);
const BUBBLE = 'M20 11.500a8 8 0 0 1-11.600 7.100L4 20l1.400-4.400A8 8 0 1 1 20 11.500Z';
const DOWN = 'M6 9.500l6 6 6-6';
const STYLE = `:host{all:initial!important;position:fixed!important;z-index:2147483000!important;inset:auto 0 0!important;
color-scheme:light dark!important}
:host([data-theme=light]){color-scheme:light!important}:host([data-theme=dark]){color-scheme:dark!important}
[hidden]{display:none!important}
.launcher{position:fixed;bottom:calc(20px + env(safe-area-inset-bottom));width:58px;height:58px;padding:17px;
border:1px solid #fff3;border-radius:50%;background:var(--accent);color:var(--on-accent);
box-shadow:0 2px 6px #0003,0 8px 28px #0003;cursor:pointer;transition:transform .15s}
.launcher:hover{transform:scale(1.06)}
.launcher:focus-visible{outline:3px solid var(--accent);outline-offset:3px}
.launcher svg{display:block;fill:none;stroke:currentcolor;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}
.launcher b{position:absolute;top:-4px;right:-4px;min-width:22px;padding:0 5px;border-radius:11px;
background:#a5431b;color:#fff;font:600 13px/22px system-ui,sans-serif}
.panel{position:fixed;bottom:calc(92px + env(safe-area-inset-bottom));width:380px;
height:min(640px,100dvh - 112px);border-radius:20px;box-shadow:0 0 0 1px #0001,0 12px 48px #0004}
.right{right:calc(20px + env(safe-area-inset-right))}
.left{left:calc(20px + env(safe-area-inset-left))}
@media(max-width:599px){.panel{inset:var(--top,0) 0 auto;width:100%;height:var(--height,100dvh);border-radius:0}
.panel:not([hidden])~.launcher{display:none}}
@media(prefers-reduced-motion){.launcher{transition:none}}`;

const { site, locale: wanted = document.documentElement.lang || navigator.language, theme } = script.dataset;
const locale = ['de', 'ar'].find((known) => wanted.toLowerCase().startsWith(known)) ?? 'en';
const listeners = {};
const host = document.createElement('martlet-chat');
const button = document.createElement('button');
const badge = document.createElement('b');
let root;
let config;
let texts;
let loading;
let chat;
let person;
let isOpen = false;
let isHidden = false;
let unread = 0;

const fetched = async (path, kind) => {
  const response = await fetch(new URL(path, BASE));
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response[kind]();
};
const stored = (storage, key, value) => {
  try {
    return value === undefined ? window[storage].getItem(key) : window[storage].setItem(key, value);
  } catch {
    return null;
  }
};

function tell(event, value) {
  if (event === 'unread') unread = value;
  listeners[event]?.forEach((listener) => listener(value));
  draw();
}

function draw() {
  const count = unread > 9 ? '9+' : unread;
  button.setAttribute('aria-label', isOpen ? texts.close : texts.open + (unread ? `, ${texts.unread.replace('{n}', unread)}` : ''));
  button.setAttribute('aria-expanded', isOpen);
  badge.textContent = count;
  badge.hidden = !unread || isOpen;
  button.replaceChildren(icon(isOpen ? DOWN : BUBBLE), badge);
  host.hidden = isHidden;
}

/** The panel comes when it is needed; if it cannot come, the next click asks again. */
function load() {
  loading ??= Promise.all([import(new URL('chat.js', BASE)), fetched('widget.css', 'text')]).then(([module, css]) => {
    chat = module.start({ root, css, url: BASE, site, locale, texts, config, tell, onClose: api.close, onTheme: turn });
    if (person) chat.identify(person);
    root.firstChild.classList.add(config.appearance.position === 'left' ? 'left' : 'right');
  });
  return loading.catch((error) => {
    loading = undefined;
    console.warn('Martlet:', error);
    throw error;
  });
}

function turn() {
  const isDark = getComputedStyle(host).colorScheme === 'dark' || (!host.dataset.theme && matchMedia('(prefers-color-scheme: dark)').matches);
  host.dataset.theme = isDark ? 'light' : 'dark';
  stored('localStorage', 'martlet.theme', host.dataset.theme);
}

async function show(next, hasFocus = true) {
  if (next) await load();
  if (isOpen === next) return;
  isOpen = next;
  stored('sessionStorage', 'martlet.open', next ? '1' : '');
  chat?.show(next, hasFocus);
  if (!next && hasFocus) button.focus();
  tell(next ? 'open' : 'close');
}

const api = {
  open: () => show(true),
  close: () => show(false),
  toggle: () => show(!isOpen),
  show() {
    isHidden = false;
    draw();
  },
  hide() {
    isHidden = true;
    draw();
  },
  identify(next) {
    person = next;
    chat?.identify(next);
  },
  reset() {
    person = undefined;
    if (chat) chat.reset();
    else for (const key of ['guest', 'ticket', 'guest.outbox']) stored('localStorage', `martlet.${site ? `${site}.` : ''}${key}`, '');
  },
  on(event, listener) {
    (listeners[event] ??= new Set()).add(listener);
  },
  off: (event, listener) => listeners[event]?.delete(listener),
  destroy() {
    chat?.stop();
    host.remove();
    delete window.Martlet;
  },
};

async function begin() {
  [config, texts] = await Promise.all([fetched(`/widget/config${site ? `?site=${site}` : ''}`, 'json'), fetched(`${locale}.json`, 'json')]);
  if (!config.allowed) return console.warn(`Martlet: ${location.origin} is not among the origins of this site. An administrator can allow it.`);
  const { color, position } = config.appearance;
  root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  host.dir = locale === 'ar' ? 'rtl' : 'ltr';
  host.lang = locale;
  host.dataset.theme = stored('localStorage', 'martlet.theme') || theme || '';
  host.style.setProperty('--accent', color);
  host.style.setProperty('--on-accent', inkOn(color));
  button.className = `launcher ${position === 'left' ? 'left' : 'right'}`;
  button.onclick = api.toggle;
  root.append(button);
  document.documentElement.append(host);
  const waiting = window.Martlet?.q ?? [];
  window.Martlet = (method, ...values) => api[method](...values);
  draw();
  for (const [method, ...values] of waiting) api[method](...values);
  tell('ready');
  if (stored('sessionStorage', 'martlet.open')) show(true, false);
  else if (stored('localStorage', `martlet.${site ? `${site}.` : ''}guest`)) load();
}

const idle = window.requestIdleCallback ?? setTimeout;
idle(() => begin().catch((error) => console.warn('Martlet:', error)));
