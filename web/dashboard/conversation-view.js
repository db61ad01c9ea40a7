/** One conversation as an agent sees it: who it is, what can be done with it, messages and notes, the answer. */
import { hasOlder, isClosed } from '../shared/conversation.js';
import { DeskError } from '../shared/desk-error.js';
import { h, icon, setAttribute, setText } from '../shared/dom.js';
import { createTypingLine } from '../shared/status-lines.js';
import { createAssignMenu } from './assign-menu.js';
import { createContextView } from './context-view.js';
import { drawing } from './icons.js';
import { createMessageLog } from './message-log.js';
import { assigneeName, guestName, initials, tintOf } from './people.js';
import { createReplyBox } from './reply-box.js';
import { routeTo } from './route.js';
import { createTroubleLine } from './trouble.js';
import { viewersLine } from './viewers.js';

const OLDER_PAGES = 60;
const isWide = matchMedia('(min-width: 84rem)');
const button = (id, label, onclick, kind = '') =>
  h('button', { type: 'button', class: `button ${kind}`, id, 'data-testid': id, onclick }, label);

export function createConversationView({ client, drafts, format, me, notes, roster, preferences, replies, onViewing }) {
  let chat;
  let ticket;
  let trouble = null;
  let unreadFrom;
  let place;
  let isContextOver = false;
  const back = h('a', { class: 'back', id: 'back', 'aria-label': 'Back to the list' }, icon('back'));
  const face = h('span', { class: 'face', 'aria-hidden': 'true' }, h('span', { class: 'face-letters' }));
  const title = h('h2', { class: 'talk-title', id: 'talk-title', dir: 'auto', tabindex: '-1' });
  const verified = h('span', { class: 'verified', role: 'img', 'aria-label': 'Verified', title: 'Verified', hidden: true }, drawing('verified'));
  const presence = h('span', { class: 'talk-presence', id: 'guest-presence', 'data-testid': 'guest-presence' });
  const facts = h('p', { class: 'talk-facts', id: 'talk-facts', dir: 'auto' });
  const assign = button('assign', 'Assign to me', () => act(assign, () => client.reassign(ticket, me.userId)));
  const assignee = createAssignMenu({ me, roster, onAssign: (agentId) => act(assignee.button, () => client.reassign(ticket, agentId)) });
  const close = button('close', 'Close', () => act(close, () => client.closeTicket(ticket.ticketId)), 'primary');
  const reopen = button('reopen', 'Reopen', () => act(reopen, () => client.reopenTicket(ticket.ticketId)), 'primary');
  const details = h('button', { type: 'button', class: 'icon-button', id: 'details', 'aria-label': 'Details', title: 'Details', 'aria-controls': 'context', 'data-testid': 'details', onclick: toggleContext }, drawing('context'));
  const error = createTroubleLine({ id: 'talk-error' });
  const viewersText = h('span');
  const viewersElement = h('p', { class: 'viewers', role: 'status', id: 'viewers', 'data-testid': 'viewers' }, drawing('eye'), viewersText);
  const log = createMessageLog({
    label: 'Messages',
    format,
    nameOf: ({ isOwn, senderId, senderName }) =>
      !isOwn ? ticket && guestName(ticket) : senderId && senderId !== me.userId ? senderName : '',
    onOlder: () => attempt(() => chat.loadOlder()),
    onSeen: () => chat.seen(),
    onRetry: (clientId) => chat.retry(clientId),
    onDiscard: (clientId) => replyBox.restore(chat.discard(clientId)),
    noteOptions: {
      onRetry: (clientId) => notes.retry(chat.ticketId, clientId),
      onDiscard: (clientId) => replyBox.restore(notes.discard(chat.ticketId, clientId), 'note'),
    },
  });
  const typing = createTypingLine();
  const replyBox = createReplyBox({
    drafts,
    preferences,
    replies,
    valuesOf: () => ({ name: ticket?.customerName ?? '' }),
    onSend: (text) => chat.send(text),
    onNote: (text) => notes.add(chat.ticketId, text, ticket?.lastSeq ?? 0),
    onTyping: (isTyping) => chat?.typing(isTyping),
    onState: (state) => onViewing(chat && ticket ? chat.ticketId : null, state),
  });
  const closed = h('p', { class: 'closed-line', role: 'status', id: 'closed-line', 'data-testid': 'closed-line' });
  const context = createContextView({ client, format, onClose: toggleContext });
  const talk = h(
    'section',
    { class: 'talk-frame', 'aria-labelledby': 'talk-title', hidden: true },
    h(
      'header',
      { class: 'talk-head' },
      back,
      face,
      h('div', { class: 'talk-who' }, h('div', { class: 'talk-line' }, title, verified, presence), facts),
      h('div', { class: 'talk-actions' }, assign, assignee.element, close, reopen, details),
    ),
    error.element,
    viewersElement,
    log.element,
    typing.element,
    replyBox.element,
    closed,
  );
  const nothing = document.getElementById('talk-nothing');
  document.getElementById('talk').append(talk, context.element);

  async function act(source, work) {
    const hadFocus = document.activeElement === source;
    source.disabled = true;
    await attempt(work);
    source.disabled = false;
    // Disabling takes the focus, and the button may have given way to another: keyboard users stay where they were.
    const isLeft = [source, document.body].includes(document.activeElement);
    if (hadFocus && isLeft) [source, assignee.button, close, reopen].find((other) => other.offsetParent)?.focus();
  }

  /** What failed is told until something else is tried. */
  async function attempt(work) {
    const source = chat;
    trouble = null;
    try {
      await work();
    } catch (problem) {
      if (source === chat) trouble = problem instanceof DeskError ? problem : new DeskError();
    }
    showTrouble();
  }

  function showTrouble() {
    const problem = chat?.error;
    error.show(trouble ?? (problem && !problem.isUnanswered ? problem : null));
  }

  /** Beside the conversation where there is room, over it where there is none. */
  function toggleContext() {
    const isOpen = talk.parentElement.dataset.context === 'open';
    const hadFocus = context.element.contains(document.activeElement);
    if (isWide.matches) preferences.set('context', !isOpen);
    else isContextOver = !isOpen;
    showContext();
    if (!isOpen && !isWide.matches) context.focus();
    else if (isOpen && hadFocus) details.focus();
  }

  function showContext() {
    const isOpen = Boolean(ticket) && (isWide.matches ? preferences.get('context') : isContextOver);
    document.getElementById('app').dataset.context = talk.parentElement.dataset.context = isOpen ? 'open' : 'closed';
    context.element.hidden = !isOpen;
    setAttribute(details, 'aria-expanded', String(isOpen));
  }

  /** Loads until the place is here, a bound of pages at most, and brings it before the eyes. */
  async function goToPlace() {
    const wanted = place;
    place = undefined;
    const seq = wanted.startsWith('n') ? notes.of(chat.ticketId).stored.find((note) => `n${note.noteSeq}` === wanted)?.afterSeq : Number(wanted);
    if (seq === undefined) return void (place = notes.of(chat.ticketId).isLoaded ? undefined : wanted);
    const source = chat;
    for (let page = 0; page < OLDER_PAGES && source === chat && chat.state.start > Math.max(1, seq); page += 1) {
      const before = chat.state.start;
      await attempt(() => chat.loadOlder());
      if (chat.state.start === before) break;
    }
    requestAnimationFrame(() => source === chat && log.reveal(seq));
  }

  function update({ view, tickets, ...people }) {
    if (!chat) return;
    const { guests, isLost } = people;
    const { state } = chat;
    const wasKnown = Boolean(ticket);
    ticket = state.ticket ?? (chat.error?.code === 'not_found' ? null : ticket);
    if (ticket && !wasKnown) onViewing(chat.ticketId, 'reading');
    if (chat.isLoaded && unreadFrom === undefined) unreadFrom = state.reads.agents > 0 && state.reads.agents < state.messages.at(-1)?.seq ? state.reads.agents + 1 : Infinity;
    const isOver = isClosed(state);
    setAttribute(back, 'href', routeTo(view));
    showTrouble();
    showContext();
    talk.classList.toggle('is-known', Boolean(ticket));
    const ownNotes = notes.of(chat.ticketId);
    log.update(state, {
      notes: ownNotes,
      unreadFrom,
      hasOlder: chat.isLoaded && hasOlder(state),
      isLost,
      key: `${chat.ticketId} ${chat.isLoaded}`,
    });
    if (place && chat.isLoaded && ticket) goToPlace();
    const typists = isOver ? [] : state.typing.filter((typist) => typist.userId !== me.userId);
    const typistName = ({ role, name }) => (role === 'guest' && ticket ? guestName(ticket) : name || 'Somebody');
    typing.update(typists.map(typistName));
    const here = viewersLine(people.viewers.filter((viewer) => viewer.userId !== me.userId));
    setText(viewersText, here.text);
    viewersElement.dataset.kind = !here.text ? 'none' : here.isWarning ? 'warning' : 'quiet';
    const isMissing = !ticket && ['not_found', 'invalid', 'forbidden'].includes(chat.error?.code);
    if ((isOver || isMissing) && replyBox.element.contains(document.activeElement)) title.focus();
    replyBox.element.hidden = isOver || isMissing;
    closed.hidden = !isOver;
    setText(closed, isOver ? closedSentence(state) : '');
    const isOnline = !isLost && Boolean(ticket) && guests.has(ticket.customerId);
    setText(presence, !ticket || isLost ? '' : isOnline ? 'Online' : 'Offline');
    presence.dataset.online = isOnline;
    face.hidden = !ticket;
    if (!ticket) setText(facts, '');
    if (!ticket) return setText(title, isMissing ? 'Not available' : 'Loading…');
    face.dataset.tint = tintOf(ticket.customerId);
    setText(face.firstChild, ticket.customerName ? initials(ticket.customerName) : '');
    verified.hidden = !ticket.verified;
    setText(title, guestName(ticket));
    const subject = ticket.subject && ticket.subject !== ticket.customerName ? ` · ${ticket.subject}` : '';
    setText(facts, `#${ticket.number} · ${isOver ? 'Closed' : assigneeName(ticket, people)}${subject}`);
    assign.hidden = isOver || ticket.assigneeId === me.userId;
    assignee.element.hidden = isOver;
    assignee.update(ticket, people);
    close.hidden = isOver;
    reopen.hidden = !isOver;
    context.update(ticket, { view, tickets, notes: ownNotes, ...people });
  }

  function closedSentence({ ticket: { closedAt }, closedBy }) {
    const when = closedAt ? ` ${format.dayName(closedAt, Date.now())}, ${format.clock(closedAt)}` : '';
    const who = closedBy?.name ? ` by ${closedBy.name}` : '';
    return `Closed${who}${when && ` ·${when}`}. Reopen the conversation to write in it.`;
  }

  isWide.addEventListener('change', showContext);
  showContext();

  return {
    update,
    /** Shows a conversation or, with undefined, the invitation to choose one. */
    show(next, at) {
      chat?.typing(false);
      if (chat) onViewing(null, 'none');
      chat = next;
      ticket = unreadFrom = undefined;
      isContextOver = false;
      place = at;
      talk.hidden = !chat;
      nothing.hidden = Boolean(chat);
      trouble = null;
      showTrouble();
      showContext();
      typing.update([]);
      setText(facts, '');
      notes.show(chat?.ticketId ?? null);
      if (chat) replyBox.use(chat.ticketId);
    },
    goTo(at) {
      place = at;
    },
    /** What a key or the palette asks for; what cannot be done now is left alone. */
    run(name) {
      if (!chat || !ticket) return;
      if ((name === 'reply' || name === 'note') && !replyBox.element.hidden) replyBox.write(name);
      if (name === 'assign' && !assign.hidden) assign.click();
      if (name === 'close' && !close.hidden) close.click();
      if (name === 'reopen' && !reopen.hidden) reopen.click();
      if (name === 'details') toggleContext();
    },
    get canReopen() { return Boolean(ticket) && !reopen.hidden; },
    /** Esc closes details that lie over the conversation. */
    closeOverlay() {
      if (!isContextOver || isWide.matches) return false;
      toggleContext();
      return true;
    },
    /** A keyboard stays outside of the text field, so that the single keys go on. */
    focus({ byKeyboard }) {
      const canType = matchMedia('(hover: hover) and (min-width: 44rem)').matches && !replyBox.element.hidden;
      if (canType && !byKeyboard) replyBox.field.focus();
      else title.focus();
    },
  };
}
