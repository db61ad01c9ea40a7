/** One conversation as an agent sees it: who it is, what can be done with it, the messages, the composer. */
import { createComposer } from '../shared/composer.js';
import { hasOlder, isClosed } from '../shared/conversation.js';
import { sentenceFor } from '../shared/desk-error.js';
import { h, icon, setAttribute, setText } from '../shared/dom.js';
import { createMessageLog } from '../shared/message-log.js';
import { createErrorLine, createTypingLine } from '../shared/status-lines.js';
import { assigneeName, guestName } from './people.js';
import { routeTo } from './route.js';

const button = (id, label, onclick, kind = '') =>
  h('button', { type: 'button', class: `button ${kind}`, id, 'data-testid': id, onclick }, label);

export function createConversationView({ client, drafts, format, me }) {
  let chat;
  let ticket;
  const back = h('a', { class: 'back', id: 'back', 'aria-label': 'Back to the list' }, icon('back'));
  const title = h('h2', { class: 'talk-title', id: 'talk-title', tabindex: '-1' });
  const presence = h('span', { class: 'talk-presence', id: 'guest-presence', 'data-testid': 'guest-presence' });
  const facts = h('p', { class: 'talk-facts', id: 'talk-facts' });
  const assign = button('assign', 'Assign to me', () => act(assign, () => client.assign(ticket.ticketId, me.userId, ticket.version)));
  const unassign = button('unassign', 'Unassign', () => act(unassign, () => client.assign(ticket.ticketId, null, ticket.version)));
  const close = button('close', 'Close', () => act(close, () => client.closeTicket(ticket.ticketId)), 'primary');
  const reopen = button('reopen', 'Reopen', () => act(reopen, () => client.reopenTicket(ticket.ticketId)), 'primary');
  const error = createErrorLine({ id: 'talk-error' });
  const log = createMessageLog({
    label: 'Messages',
    format,
    nameOf: ({ isOwn, senderId, senderName }) =>
      !isOwn ? ticket && guestName(ticket) : senderId && senderId !== me.userId ? senderName : '',
    onOlder: () => chat.loadOlder().catch((problem) => error.show(sentenceFor(problem))),
    onSeen: () => chat.seen(),
    onRetry: (clientId) => chat.retry(clientId),
    onDiscard: (clientId) => composer.restore(chat.discard(clientId)),
  });
  const typing = createTypingLine();
  const composer = createComposer({
    label: 'Your answer',
    placeholder: 'Write an answer',
    drafts,
    onSend: (text) => chat.send(text),
    onTyping: (isTyping) => chat?.typing(isTyping),
  });
  const closed = h('p', { class: 'closed-line', role: 'status', id: 'closed-line', 'data-testid': 'closed-line' });
  const talk = h(
    'section',
    { class: 'talk-frame', 'aria-labelledby': 'talk-title', hidden: true },
    h(
      'header',
      { class: 'talk-head' },
      back,
      h('div', { class: 'talk-who' }, h('div', { class: 'talk-line' }, title, presence), facts),
      h('div', { class: 'talk-actions' }, assign, unassign, close, reopen),
    ),
    error.element,
    log.element,
    typing.element,
    composer.element,
    closed,
  );
  const nothing = document.getElementById('talk-nothing');
  document.getElementById('talk').append(talk);

  async function act(source, work) {
    const hadFocus = document.activeElement === source;
    source.disabled = true;
    error.show('');
    try {
      await work();
    } catch (problem) {
      error.show(sentenceFor(problem));
    } finally {
      source.disabled = false;
      // The button may have given way to another: keyboard users stay where they were.
      if (hadFocus && source.hidden) [assign, unassign, close, reopen].find((other) => !other.hidden)?.focus();
    }
  }

  function update({ view, guests, agents }) {
    if (!chat) return;
    const { state } = chat;
    ticket = state.ticket ?? ticket;
    const isOver = isClosed(state);
    setAttribute(back, 'href', routeTo(view));
    if (chat.error && !chat.error.isUnanswered) error.show(sentenceFor(chat.error));
    talk.classList.toggle('is-known', Boolean(ticket));
    log.update(state, { hasOlder: chat.isLoaded && hasOlder(state), key: `${chat.ticketId} ${chat.isLoaded}` });
    const typists = state.typing.filter((typist) => typist.userId !== me.userId);
    typing.update(typists.map(({ role, name }) => (role === 'guest' && ticket ? guestName(ticket) : name || 'Somebody')));
    composer.element.hidden = isOver;
    closed.hidden = !isOver;
    setText(closed, isOver ? closedSentence(state) : '');
    if (!ticket) return setText(title, 'Loading…');
    setText(title, guestName(ticket));
    setText(presence, guests.has(ticket.customerId) ? 'Online' : 'Offline');
    presence.dataset.online = guests.has(ticket.customerId);
    const subject = ticket.subject && ticket.subject !== ticket.customerName ? ` · ${ticket.subject}` : '';
    setText(facts, `#${ticket.number} · ${isOver ? 'Closed' : assigneeName(ticket, { me, agents })}${subject}`);
    const isMine = ticket.assigneeId === me.userId;
    assign.hidden = isOver || isMine;
    unassign.hidden = isOver || !isMine;
    close.hidden = isOver;
    reopen.hidden = !isOver;
  }

  function closedSentence({ ticket: { closedAt }, closedBy }) {
    const when = closedAt ? ` ${format.dayName(closedAt, Date.now())}, ${format.clock(closedAt)}` : '';
    return `Closed${closedBy?.name ? ` by ${closedBy.name}` : ''}${when && ` ·${when}`}. Reopen the conversation to write in it.`;
  }

  return {
    update,
    /** Shows a conversation or, with undefined, the invitation to choose one. */
    show(next) {
      chat?.typing(false);
      chat = next;
      ticket = undefined;
      talk.hidden = !chat;
      nothing.hidden = Boolean(chat);
      error.show('');
      typing.update([]);
      setText(facts, '');
      if (chat) composer.use(chat.ticketId);
    },
    focus() {
      const canType = matchMedia('(hover: hover) and (min-width: 44rem)').matches && !composer.element.hidden;
      (canType ? composer.field : title).focus();
    },
  };
}
