/**
 * What a guest sees, in the widget's panel and on the customer page: presence, messages, and the composer or what
 * follows a close. `guest` is of guest.js, `config` of /widget/config, `texts` of locales/. `fetchMore()` brings what
 * few need: it adds the other texts to `texts` and returns what more.js exports. `icon` is that of icon.js.
 */
import { hasOlder, isClosed, unreadCount } from '../shared/conversation.js';
import { isBlank } from '../shared/is-blank.js';
import { timeline } from '../shared/timeline.js';
import { button, h, setText } from './element.js';

const NEAR = 48;
const SILENT_FOR = 2000;
const LONGEST = 4000;
const PATIENCE = 3000;
/** Where links may be. */
const ADDRESS = /:\/\/|@/;

export function createPanel({ guest, texts, fetchMore, locale, icon, config, onClose }) {
  const { client } = guest;
  const { appearance, hours } = config;
  const rows = new Map();
  /** Times as the reader's region writes them, in the language that is shown. */
  const region = navigator.languages.find((language) => language.startsWith(locale)) ?? locale;
  let isOnline = config.online;
  let isAtEnd = true;
  let isLoading = false;
  let lostAt = Date.now();
  let wasReady = false;
  let shown;
  let firstKey;
  let lastKey;
  /** Whose sentence is shown, like an error: by its `code`. */
  let trouble;
  let extras;
  let hasAsked = false;

  /** `say('news', {n: 3})` puts 3 in the place of {n}. A text that few see is empty until it has come. */
  function say(key, values) {
    if (key && !texts[key]) extra().catch(() => {});
    const text = texts[key] ?? (key && hasAsked ? texts.unavailable : '');
    return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  /** What few need comes when it is asked for; what could not come is asked for again, but not at once. */
  function extra() {
    extras ??= fetchMore().catch((error) => {
      setTimeout(() => (extras = undefined), PATIENCE);
      throw error;
    }).finally(() => {
      hasAsked = true;
      update();
    });
    return extras;
  }

  const date = (time, options) => new Date(time).toLocaleString(region, options);
  const dayOf = (time) => new Date(time).setHours(0, 0, 0, 0);
  function dayName(time) {
    const days = Math.round((dayOf(time) - dayOf(Date.now())) / 864e5);
    return days + 1 >= 0 && days <= 0
      ? new Intl.RelativeTimeFormat(region, { numeric: 'auto' }).format(days, 'day')
      : date(time, { weekday: 'long', day: 'numeric', month: 'long' });
  }
  const line = (className, properties) => h('p', { className, role: 'status', data: { testid: className }, ...properties });

  const presence = line('presence');
  // A dialog is no page: its parts are no landmarks of the site's, and its title is below the site's.
  const title = h(onClose ? 'h2' : 'h1', { className: 'title', dir: 'auto', id: 'martlet-title' }, appearance?.title || say('title'));
  const more = button({ className: 'round more', ariaLabel: say('more'), ariaExpanded: false, onclick: () => attempt(async () => (await extra()).openSheet(self)) }, icon('M5 12h.01M12 12h.01M19 12h.01'));
  const head = h('div', { className: 'head' }, h('div', {}, title, presence), more);
  if (onClose) head.append(button({ className: 'round', ariaLabel: say('close'), onclick: onClose }, icon('M6 6l12 12M18 6L6 18')));

  const loading = h('p', { className: 'day' }, say('loading'));
  const greeting = makeRow({ text: appearance?.greeting || say('greeting') });
  delete greeting.dataset.testid;
  const log = h('div', { className: 'log', role: 'log', ariaLabel: say('messages'), tabIndex: 0, onscroll: scrolled });
  const newer = button({ className: 'newer', onclick: () => toEnd() || log.focus({ preventScroll: true }) });
  const typing = line('typing');
  const connection = line('connection');
  const notice = line('notice', { role: 'alert' });
  const slot = h('div', { className: 'slot' });

  const field = h('textarea', {
    rows: 1,
    dir: 'auto',
    placeholder: say('write'),
    ariaLabel: say('message'),
    enterKeyHint: 'send',
    value: guest.note('draft') ?? '',
    data: { testid: 'composer' },
    oninput: () => write(field.value) || guest.chat.typing(!isBlank(field.value)),
    onblur: () => guest.chat.typing(false),
    onpaste: takeFiles,
    onkeydown(event) {
      if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229) submit(event);
    },
  });
  const send = h('button', { className: 'send', ariaLabel: say('send'), data: { testid: 'send' } }, icon('M12 19V6M6 11.500l6-6 6 6'));
  const composer = h('form', { className: 'composer', onsubmit: submit }, field, send);
  const talk = h('div', { className: 'talk', ondragover: takeFiles, ondrop: takeFiles },
    h('div', { className: 'frame' }, log, newer), typing, notice, connection, slot, composer);
  const element = h('section', { className: 'panel', role: onClose ? 'dialog' : 'region', tabIndex: -1, onkeydown: leave }, head, talk);
  element.setAttribute('aria-labelledby', title.id);

  function makeRow({ text, isOwn, senderName }) {
    return h('div', { className: 'message end', data: { testid: 'message' } },
      h('p', { className: 'name', dir: 'auto' }, isOwn ? say('you') : senderName || say('team')),
      h('p', { className: 'bubble', dir: 'auto' }, text),
      h('p', { className: 'meta', ariaLive: 'off' }),
      h('p', { className: 'trouble' }));
  }

  function fillRow(item, { key, text, isOwn, isContinued, isEnd, state, timestamp, error, isLocked, isHeld }) {
    const [name, bubble, meta, problem] = item.children;
    item.className = `message${isOwn ? ' own' : ''}${isEnd ? ' end' : ''}`;
    item.dataset.state = state;
    name.className = isOwn || isContinued ? 'name unseen' : 'name';
    setText(meta, date(timestamp, { timeStyle: 'short' }) + (isOwn ? ` · ${say(state)}` : ''));
    if (ADDRESS.test(text) && !bubble.isLinked) extra().then(({ link }) => link(bubble), () => {});
    const sentence = error ? sentenceFor(error) : isHeld ? say('waiting') : '';
    if (problem.firstChild?.textContent === sentence && problem.isLocked === isLocked) return;
    problem.isLocked = isLocked;
    problem.replaceChildren(h('span', { role: error ? 'alert' : null }, sentence));
    if (!sentence || isLocked) return;
    if (error) problem.append(button({ onclick: () => guest.chat.retry(key) }, say('retry')));
    problem.append(button({ onclick: () => restore(guest.chat.discard(key)) }, say('edit')));
  }

  const sentenceFor = ({ code, field: wrong, until }) =>
    say(code === 'invalid' && wrong === 'text' ? 'too_large' : code, { n: Math.max(1, Math.ceil((until - Date.now()) / 6e4)) });

  function update() {
    const { chat } = guest;
    const { state } = chat;
    const isLost = !client.isReady && Date.now() - lostAt > SILENT_FOR;
    const items = timeline(state, dayOf, isLost);
    const last = items.at(-1);
    const isOther = shown !== (shown = chat.ticketId && chat.isLoaded);
    const isOlder = last?.key === lastKey && items[1]?.key !== firstKey;
    const isNewOwn = last?.key !== lastKey && last?.state === 'waiting';
    const height = log.scrollHeight;
    firstKey = items[1]?.key;
    lastKey = last?.key;
    // A conversation that is opened, or its older part, is there to be read, not to be announced.
    log.ariaLive = isOther || isOlder ? 'off' : 'polite';
    draw([chat.isLoaded && !hasOlder(state) ? greeting : loading, ...items.map((row) => {
      const item = rows.get(row.key) ?? (row.kind === 'day' ? h('p', { className: 'day' }) : makeRow(row));
      rows.set(row.key, item);
      if (row.kind === 'day') setText(item, dayName(row.timestamp));
      else fillRow(item, row);
      return item;
    })]);
    showState(state, isLost);
    if (isOther || isNewOwn || isAtEnd) toEnd();
    else if (isOlder) log.scrollTop += log.scrollHeight - height;
    look();
  }

  /** Moves only what has to move: focus and selection stay. */
  function draw(items) {
    for (const child of [...log.children]) if (!items.includes(child)) child.remove();
    items.forEach((item, index) => log.children[index] === item || log.insertBefore(item, log.children[index] ?? null));
  }

  function showState(state, isLost) {
    const isOver = isClosed(state);
    // What takes the composer's place takes its focus, too.
    if (isOver) extra().then(({ showEnd }) => showEnd(self), () => {});
    else self.hideEnd?.();

    const names = isOver ? [] : state.typing.filter(({ role }) => role !== 'guest').map(({ name }) => name || say('team'));
    setText(typing, names[0] ? say('typing', { name: names.join(', ') }) : '');

    // A pause is announced once, not at each second, and not if nobody would notice it.
    const wait = guest.chat.retryAt - Date.now();
    const isPaused = client.isReady && wait > (connection.textContent ? 0 : 1000);
    const isDown = ['refused', 'stopped'].includes(client.state);
    const word = navigator.onLine ? wasReady ? 'reconnecting' : 'connecting' : 'offline';
    connection.ariaLive = isPaused && connection.textContent ? 'off' : 'polite';
    connection.dataset.state = client.state;
    setText(connection, isPaused ? say('pause', { n: Math.ceil(wait / 1000) })
      : isLost && !isDown ? say(word) + (state.pending.length ? say('kept') : '…') : '');

    const until = Date.parse(hours?.nextOpenAt);
    const soon = { weekday: 'long', hour: 'numeric', minute: '2-digit' };
    presence.dataset.online = isOnline;
    setText(presence, isLost || isOnline === undefined ? '' : isOnline ? say('online')
      : until > Date.now() ? say('closed_until', { time: date(until, soon) }) : say('away'));
    const code = field.value.length > LONGEST ? 'too_large' : isDown && (wasReady || client.state === 'refused') ? client.state : '';
    setText(notice, sentenceFor(trouble ?? { code }));
    const isWanted = !(isOnline || isOver || !state.messages[0] || client.session?.email);
    if (isWanted || self.ask) extra().then(({ offerContact }) => offerContact(self, isWanted), () => {});
  }

  const isVisible = () => log.clientHeight > 0 && document.visibilityState === 'visible';

  function toEnd() {
    log.scrollTop = log.scrollHeight;
    isAtEnd = true;
    look();
  }

  function look() {
    const n = unreadCount(guest.chat.state);
    newer.hidden = isAtEnd;
    newer.classList.toggle('news', n);
    setText(newer, say(n > 1 ? 'news' : n ? 'news1' : 'newest', { n }));
    if (isAtEnd && isVisible()) guest.chat.seen();
  }

  async function scrolled() {
    isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
    look();
    if (log.scrollTop > NEAR || isLoading) return;
    isLoading = true;
    await guest.chat.loadOlder().catch(() => {});
    isLoading = false;
  }

  function submit(event) {
    event.preventDefault();
    const text = field.value.trim();
    if (send.disabled) return;
    write('');
    guest.chat.send(text);
    field.focus();
  }

  function write(text) {
    if (field.value !== text) field.value = text;
    trouble = undefined;
    send.disabled = isBlank(text) || text.length > LONGEST;
    field.style.height = 'auto';
    field.style.height = `${field.scrollHeight}px`;
    update();
    guest.note('draft', text);
  }

  /** Puts a text back that could not be sent, before what is written already. */
  function restore(text) {
    write([text, field.value].filter(Boolean).join('\n'));
    field.focus();
  }

  function takeFiles(event) {
    if (!(event.clipboardData ?? event.dataTransfer).types.includes('Files')) return;
    event.preventDefault();
    complain({ code: 'files' });
  }

  function complain(error) {
    trouble = error;
    update();
  }

  /** An error of ours has no code: what was wanted could not come. */
  const attempt = (work) => work().catch((error) => complain(error.code ? error : { code: 'unavailable' }));

  function leave(event) {
    if (event.key !== 'Escape' || event.isComposing) return;
    if (self.closeSheet) self.closeSheet();
    else onClose?.();
  }

  client.on('presence', ({ role, online }) => {
    if (role !== 'guest') isOnline = online;
    update();
  });
  client.on('ready', () => {
    wasReady = true;
    lostAt = 0;
    update();
  });
  client.on('state', () => {
    lostAt ||= Date.now();
    update();
  });
  document.addEventListener('visibilitychange', look);
  new ResizeObserver(() => isAtEnd && toEnd()).observe(log);
  setInterval(() => isVisible() && update(), 1000);

  guest.onChange = update;
  guest.onMove = (unsent, isGone) => {
    slot.replaceChildren();
    self.ask = undefined;
    restore(unsent);
    complain(isGone ? { code: 'gone' } : undefined);
  };

  const self = {
    element,
    update,
    /** For more.js. */
    guest, say, date, dayName, attempt, complain, title, more, talk, slot, field,
    composer, isVisible, ask: undefined, closeSheet: undefined, hideEnd: undefined,
    focus: () => (matchMedia('(hover: hover)').matches && !composer.hidden ? field : element).focus(),
    /** After it has come into the page, and when it is shown again. */
    ready: () => write(field.value),
  };
  return self;
}
