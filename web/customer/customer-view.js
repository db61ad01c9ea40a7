/** What a guest sees: messages, typing, presence, the composer, and a notice in its place when the ticket is closed. */
import { hasOlder, isClosed } from '../shared/conversation.js';
import { createComposer } from '../shared/composer.js';
import { h, setChildren, setText } from '../shared/dom.js';
import { makeFormat } from '../shared/format.js';
import { createMessageLog } from '../shared/message-log.js';
import { createConnectionLine, createErrorLine, createTypingLine } from '../shared/status-lines.js';

const GREETING = 'Hello! Tell us what it is about, and we will answer here.';
const ONLINE = 'We are here. Just write.';
const AWAY = 'Nobody is here right now. Write anyway: your message is kept, and the answer will wait for you here.';

export function createCustomerView({ client, drafts, onStartAnew }) {
  let chat;
  let wasClosed = false;
  let isLost = false;
  const format = makeFormat();
  const log = createMessageLog({
    label: 'Messages',
    format,
    nameOf: (row) => (row.isOwn ? '' : row.senderName),
    onOlder: () => chat.loadOlder().catch(() => {}),
    onSeen: () => chat.seen(),
    onRetry: (clientId) => chat.retry(clientId),
    onDiscard: (clientId) => composer.restore(chat.discard(clientId)),
  });
  const greeting = h('div', { class: 'message greeting is-end' }, h('p', { class: 'bubble' }, GREETING));
  const typing = createTypingLine();
  const connection = createConnectionLine({
    client,
    hasPending: () => chat?.state.pending.length > 0,
    retryAt: () => chat?.retryAt ?? 0,
  });
  const notice = createErrorLine({ id: 'notice', role: 'status' });
  const composer = createComposer({
    label: 'Your message',
    placeholder: 'Write a message',
    drafts,
    onSend: (text) => chat.send(text),
    onTyping: (isTyping) => chat?.typing(isTyping),
  });
  const anew = h(
    'button',
    { type: 'button', class: 'button primary', id: 'start-anew', 'data-testid': 'start-anew' },
    'Start a new conversation',
  );
  anew.addEventListener('click', () => onStartAnew());
  const closedText = h('p', { role: 'status', id: 'closed-text', 'data-testid': 'closed-notice' });
  const closed = h('div', { class: 'closed', id: 'closed', hidden: true }, closedText, anew);
  const loading = h('p', { class: 'loading', role: 'status', id: 'loading' }, 'Fetching your conversation…');
  const panel = document.getElementById('panel');
  const presenceLine = document.getElementById('presence');
  setChildren(panel, [log.element, typing.element, notice.element, connection.element, composer.element, closed]);

  function update() {
    const { state } = chat;
    const isOver = isClosed(state);
    const hadFocus = document.activeElement === document.body || composer.element.contains(document.activeElement);
    document.body.classList.toggle('has-conversation', state.messages.length + state.pending.length > 0);
    log.update(state, {
      leading: !chat.isLoaded ? [loading] : hasOlder(state) ? [] : [greeting],
      hasOlder: chat.isLoaded && hasOlder(state),
      isLost,
      key: `${chat.ticketId ? 'known' : 'new'} ${chat.isLoaded}`,
    });
    const typists = isOver ? [] : state.typing.filter((typist) => typist.role !== 'guest');
    typing.update(typists.map((typist) => typist.name || 'Somebody'));
    connection.refresh();
    composer.element.hidden = isOver;
    closed.hidden = !isOver;
    setText(closedText, isOver ? closedSentence(state) : '');
    if (isOver && !wasClosed && hadFocus) anew.focus();
    wasClosed = isOver;
  }

  function closedSentence({ ticket, closedBy, pending }) {
    const unsent = pending.length ? ' What was not sent comes along into a new one.' : '';
    const isByAgent = closedBy?.role !== 'guest' && closedBy?.name;
    const what = isByAgent ? `${closedBy.name} closed this conversation` : 'This conversation is closed';
    const { closedAt } = ticket;
    const when = closedAt ? ` (${format.dayName(closedAt, Date.now())}, ${format.clock(closedAt)})` : '';
    return `${what}${when}.${unsent}`;
  }

  /** null: nobody knows. */
  function showPresence(isOnline) {
    presenceLine.dataset.online = isOnline === true;
    setText(presenceLine, isOnline === null ? '' : isOnline ? ONLINE : AWAY);
  }

  return {
    update,
    tell: (sentence) => notice.show(sentence),
    restore: (text) => (text ? composer.restore(text) : composer.focus()),
    show(next) {
      chat = next;
      wasClosed = false;
      notice.show('');
      composer.use('new');
      update();
    },
    presence: showPresence,
    lost(isLostNow) {
      isLost = isLostNow;
      if (isLost) showPresence(null);
      update();
    },
    connection(state, reason) {
      if (state === 'refused') {
        notice.show('This chat could not be opened. Please reload the page, or come back later.');
      }
      if (state === 'stopped' && reason === 'io server disconnect') {
        notice.show('The connection was ended. Reload the page to go on; nothing you sent is lost.');
      }
    },
  };
}
