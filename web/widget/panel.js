/**
 * What a guest sees, in the widget's panel and on the customer page: presence, messages, and the composer or what
 * follows a close. `guest` is of guest.js, `config` of /widget/config. `fetchMore()` brings what few need: it returns
 * what more.js exports. `icon` is that of icon.js.
 */
import { hasOlder, isClosed, unreadCount } from '../shared/conversation.js';
import { isBlank } from '../shared/is-blank.js';
import { timeline } from '../shared/timeline.js';
import { createContact } from './contact.js';
import { h, setText } from './element.js';
import { texts } from './texts.js';

const NEAR = 48;
const SILENT_FOR = 2000;
const LONGEST = 4000;
const PATIENCE = 3000;
const DAY = 86400000;
/** Where links may be. */
const ADDRESS = /:\/\/|@/;

export function createPanel({ guest, fetchMore, icon, config, onClose }) {
  const { client } = guest;
  const { appearance, hours, language } = config;
  const states = texts.states;
  /** By the code of an error; more.js has those of most. */
  const sentences = texts.sentences;
  const rows = {};
  /** Times as the reader's region writes them, in the language that is shown. */
  const region = navigator.languages.find((spoken) => spoken.startsWith(language)) ?? language;
  let isAtEnd = true;
  let isLoading = false;
  let shown;
  let firstKey;
  let lastKey;
  /** Whose sentence is shown, like an error: by its `code`. */
  let trouble;
  let extras;
  let hasAsked = false;
  let isOnline = config.online;

  /**
   * Calls what more.js exports by that name. It comes when it is asked for; if it could not come, it is asked for again,
   * but not at once.
   */
  function extra(name, ...values) {
    extras ??= fetchMore().then(({ errors, openMore }) => {
      Object.assign(sentences, errors);
      return openMore(self);
    }).catch((error) => {
      setTimeout(() => (extras = undefined), PATIENCE);
      throw error;
    }).finally(() => {
      hasAsked = true;
      update();
    });
    return extras.then((more) => more[name]?.(...values));
  }

  /** The same where it does not matter if it cannot come. */
  const wish = (...values) => extra(...values).catch(() => {});

  const date = (time, options) => new Date(time).toLocaleString(region, options);
  const dayOf = (time) => new Date(time).setHours(0, 0, 0, 0);
  function dayName(time) {
    const days = Math.round((dayOf(time) - dayOf(Date.now())) / DAY);
    return days + 1 >= 0 && days <= 0
      ? new Intl.RelativeTimeFormat(region, { numeric: 'auto' }).format(days, 'day')
      : date(time, { weekday: 'long', day: 'numeric', month: 'long' });
  }

  const button = (className, label, onclick, path) =>
    h('button', className, { ariaLabel: label, onclick }, icon(path));
  const line = (className, role = 'status') => h('p', className, { role });

  const presence = line('presence');
  // A dialog is no page: its parts are no landmarks of the site's, and its title is below the site's.
  const title = h(onClose ? 'h2' : 'h1', 'title', { dir: 'auto' }, appearance?.title || texts.title);
  const openSheet = () => attempt(() => extra('openSheet'));
  const more = button('round more', texts.more, openSheet, 'M5 12h.01M12 12h.01M19 12h.01');
  more.ariaExpanded = false;
  const head = h('div', 'head', {}, h('div', '', {}, title, presence), more);
  if (onClose) head.append(button('round', texts.close, onClose, 'M6 6l12 12M18 6L6 18'));

  const loading = h('p', 'day', {}, texts.loading);
  const greeting = makeRow({ text: appearance?.greeting || texts.greeting });
  const log = h('div', 'log', { role: 'log', ariaLabel: texts.messages, tabIndex: 0, onscroll: scrolled });
  const newer = h('button', 'newer', { onclick: () => toEnd() || log.focus() });
  const typing = line('typing');
  const connection = line('connection');
  const notice = line('notice', 'alert');
  const field = h('textarea', 'composer', {
    rows: 1,
    dir: 'auto',
    placeholder: texts.write,
    ariaLabel: texts.write,
    enterKeyHint: 'send',
    value: guest.draft,
    oninput: () => write(field.value) || guest.chat.typing(!isBlank(field.value)),
    onblur: () => guest.chat.typing(false),
    onpaste: takeFiles,
    onkeydown(event) {
      // While a word is composed, keys have another code.
      if (event.keyCode === 13 && !event.shiftKey) submit(event);
    },
  });
  const contact = createContact({ guest, attempt, complain, field });
  const send = button('send', texts.send, submit, 'M12 19V6M6 11.5l6-6 6 6');
  const composer = h('div', 'box', {}, field, send);
  const talk = h('div', 'talk', { ondragover: takeFiles, ondrop: takeFiles },
    log, newer, typing, notice, connection, ...contact.elements, composer);
  const element = h('section', 'panel', {
    role: onClose ? 'dialog' : 'region',
    ariaLabel: title.textContent,
    tabIndex: -1,
    onkeydown: leave,
  }, head, talk);

  function makeRow({ key, text, isOwn, senderName }) {
    const link = (onclick) => h('button', 'link', { onclick });
    return h('div', key ? 'message' : 'end', {},
      h('p', 'name', { dir: 'auto' }, isOwn ? texts.you : senderName || texts.team),
      h('p', 'bubble', { dir: 'auto' }, text),
      h('p', 'meta', { ariaLive: 'off' }),
      h('p', 'trouble', {}, h('span'), link(() => guest.chat.retry(key)), link(() => restore(guest.chat.discard(key)))));
  }

  function fillRow(item, { text, isOwn, isContinued, isEnd, state, timestamp, error, isLocked, isHeld }) {
    const [name, bubble, meta, { children: [why, retry, edit] }] = item.children;
    item.className = `message${isOwn ? ' own' : ''}${isEnd ? ' end' : ''}`;
    item.dataset.state = state;
    name.className = isOwn || isContinued ? 'name unseen' : 'name';
    setText(meta, isEnd ? date(timestamp, { timeStyle: 'short' }) + (isOwn ? ` · ${states[state]}` : '') : '');
    if (ADDRESS.test(text) && !bubble.isLinked) wish('link', bubble);
    why.role = error ? 'alert' : null;
    setText(why, error ? sentenceFor(error) : isHeld ? states.waiting : '');
    setText(retry, error && !isLocked ? texts.retry : '');
    setText(edit, (error || isHeld) && !isLocked ? texts.edit : '');
  }

  /** Empty until it has come. */
  function sentenceFor({ code, until }) {
    if (code && !sentences[code]) wish();
    return (sentences[code] ?? (code && hasAsked ? sentences.unavailable : ''))
      .replace('{n}', Math.max(1, Math.ceil((until - Date.now()) / 60000)));
  }

  function update() {
    const { chat } = guest;
    const { state } = chat;
    const isLost = client.lostAt > 0 && Date.now() - client.lostAt > SILENT_FOR;
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
      const isDay = row.kind === 'day';
      const item = (rows[row.key] ??= isDay ? h('p', 'day') : makeRow(row));
      if (isDay) setText(item, dayName(row.timestamp));
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
    if (isOver) wish('showEnd');
    else self.hideEnd?.();

    const typist = !isOver && state.typing.find(({ role }) => role !== 'guest');
    setText(typing, typist ? texts.typing.replace('{name}', () => typist.name || texts.team) : '');

    const isDown = ['refused', 'stopped'].includes(client.state);
    connection.dataset.state = client.state;
    if (client.isReady && guest.chat.retryAt) {
      wish('showPause');
    } else {
      connection.ariaLive = 'polite';
      setText(connection, !isLost || isDown ? ''
        : (!navigator.onLine ? texts.offline : client.session ? texts.reconnecting : texts.connecting) +
          (state.pending.length ? texts.kept : '…'));
    }

    presence.dataset.online = isOnline;
    setText(presence, isLost ? '' : isOnline ? texts.online : isOnline === false ? sayAway() : '');
    contact.offer(!isOnline && state.messages[0] && !isOver && !client.session?.email);
    const code = field.value.length > LONGEST ? 'too_large' : isDown && (client.session || client.state === 'refused') ? client.state : '';
    setText(notice, sentenceFor(trouble ?? { code }));
  }

  function sayAway() {
    const until = Date.parse(hours?.nextOpenAt);
    const time = () => date(until, { weekday: 'long', hour: 'numeric', minute: '2-digit' });
    return until > Date.now() ? texts.openFrom.replace('{time}', time) : texts.away;
  }

  const isVisible = () => log.clientHeight > 0 && !document.hidden;

  function toEnd() {
    log.scrollTop = log.scrollHeight;
    isAtEnd = true;
    look();
  }

  function look() {
    const n = unreadCount(guest.chat.state);
    newer.classList.toggle('news', n);
    setText(newer, isAtEnd ? '' : n > 1 ? texts.news.replace('{n}', n) : n ? texts.news1 : texts.newest);
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
    guest.draft = text;
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
  function attempt(work) {
    work().catch((error) => complain(error.code ? error : { code: 'unavailable' }));
  }

  function leave(event) {
    if (event.keyCode !== 27) return;
    if (self.closeSheet) self.closeSheet();
    else onClose?.();
  }

  client.on('presence', ({ role, online }) => {
    if (role !== 'guest') isOnline = online;
    update();
  });
  client.on('ready', update);
  client.on('state', update);
  addEventListener('visibilitychange', look);
  new ResizeObserver(() => isAtEnd && toEnd()).observe(log);
  setInterval(() => isVisible() && update(), 1000);

  guest.onChange = update;
  guest.onMove = (unsent, isGone) => {
    contact.reset();
    restore(unsent);
    complain(isGone ? { code: 'gone' } : undefined);
  };

  const self = {
    element,
    update,
    /** For more.js, which adds `closeSheet` and `hideEnd`. */
    guest, date, dayName, attempt, askContact: contact.ask, isVisible, make: h, setText, icon,
    focus: () => (matchMedia('(hover: hover)').matches && !composer.hidden ? field : element).focus(),
    /** After it has come into the page, and when it is shown again. */
    ready: () => write(field.value),
  };
  return self;
}
