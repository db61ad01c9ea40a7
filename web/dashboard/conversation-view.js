/** One conversation as an agent sees it: who it is, what can be done with it, the messages, the composer. */
import { createComposer } from '../shared/composer.js';
import { hasOlder, isClosed } from '../shared/conversation.js';
import { sentenceFor } from '../shared/error-sentences.js';
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
  let trouble = '';
  const back = h('a', { class: 'back', id: 'back', 'aria-label': 'Back to the list' }, icon('back'));
  const title = h('h2', { class: 'talk-title', id: 'talk-title', dir: 'auto', tabindex: '-1' });
  const presence = h('span', { class: 'talk-presence', id: 'guest-presence', 'data-testid': 'guest-presence' });
  const facts = h('p', { class: 'talk-facts', id: 'talk-facts' });
  const assign = button('assign', 'Assign to me', () => act(assign, () => client.reassign(ticket, me.userId)));
  const unassign = button('unassign', 'Unassign', () => act(unassign, () => client.reassign(ticket, null)));
  const close = button('close', 'Close', () => act(close, () => client.closeTicket(ticket.ticketId)), 'primary');
  const reopen = button('reopen', 'Reopen', () => act(reopen, () => client.reopenTicket(ticket.ticketId)), 'primary');
  const error = createErrorLine({ id: 'talk-error' });
  const log = createMessageLog({
    label: 'Messages',
    format,
    nameOf: ({ isOwn, senderId, senderName }) =>
      !isOwn ? ticket && guestName(ticket) : senderId && senderId !== me.userId ? senderName : '',
    onOlder: () => attempt(() => chat.loadOlder()),
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
    await attempt(work);
    source.disabled = false;
    // Disabling takes the focus, and the button may have given way to another: keyboard users stay where they were.
    const isLeft = [source, document.body].includes(document.activeElement);
    if (hadFocus && isLeft) [source, assign, unassign, close, reopen].find((other) => !other.hidden)?.focus();
  }

  /** What failed is told until something else is tried. */
  async function attempt(work) {
    const source = chat;
    trouble = '';
    try {
      await work();
    } catch (problem) {
      if (source === chat) trouble = sentenceFor(problem);
    }
    showTrouble();
  }

  function showTrouble() {
    const problem = chat?.error;
    error.show(trouble || (problem && !problem.isUnanswered ? sentenceFor(problem) : ''));
  }

  function update({ view, guests, agents, isLost }) {
    if (!chat) return;
    const { state } = chat;
    ticket = state.ticket ?? ticket;
    const isOver = isClosed(state);
    setAttribute(back, 'href', routeTo(view));
    showTrouble();
    talk.classList.toggle('is-known', Boolean(ticket));
    log.update(state, {
      hasOlder: chat.isLoaded && hasOlder(state),
      isLost,
      key: `${chat.ticketId} ${chat.isLoaded}`,
    });
    const typists = isOver ? [] : state.typing.filter((typist) => typist.userId !== me.userId);
    const typistName = ({ role, name }) => (role === 'guest' && ticket ? guestName(ticket) : name || 'Somebody');
    typing.update(typists.map(typistName));
    const isMissing = !ticket && ['not_found', 'invalid', 'forbidden'].includes(chat.error?.code);
    if ((isOver || isMissing) && composer.element.contains(document.activeElement)) title.focus();
    composer.element.hidden = isOver || isMissing;
    closed.hidden = !isOver;
    setText(closed, isOver ? closedSentence(state) : '');
    const isOnline = !isLost && Boolean(ticket) && guests.has(ticket.customerId);
    setText(presence, !ticket || isLost ? '' : isOnline ? 'Online' : 'Offline');
    presence.dataset.online = isOnline;
    if (!ticket) return setText(title, isMissing ? 'Not available' : 'Loading…');
    setText(title, guestName(ticket));
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
    const who = closedBy?.name ? ` by ${closedBy.name}` : '';
    return `Closed${who}${when && ` ·${when}`}. Reopen the conversation to write in it.`;
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
      trouble = '';
      showTrouble();
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
