/**
 * The guest of this browser: the connection, the conversation that is shown, and which one it is after a reload, in
 * other tabs and after the end of one. Has no page.
 */
import { openChat } from '../shared/chat.js';
import { isClosed } from '../shared/conversation.js';
import { GuestClient } from '../shared/guest-client.js';
import { openIdentity } from '../shared/guest-identity.js';
import { openOutbox } from '../shared/outbox.js';
import { openSocket } from '../shared/socket.js';
import { openStorage } from '../shared/storage.js';

/** `onChange()` after each change; `onMove(unsent, isGone)` when another conversation is shown. */
export function openGuest({ url, site, onChange, onMove }) {
  const local = openStorage('localStorage');
  const session = openStorage('sessionStorage');
  const identity = openIdentity(local, site);
  const outbox = openOutbox({
    storage: local,
    key: `martlet.${site ? `${site}.` : ''}guest.outbox`,
    currentTicket: () => identity.ticketId,
  });
  const socket = openSocket({ url: new URL('/socket.io/', url).href, auth: identity.auth, memory: session });
  const client = new GuestClient({ socket, identity });
  const elsewhere = new Map();
  let knownId;

  function show(ticketId) {
    self.chat?.dispose();
    knownId = ticketId;
    self.chat = openChat({ client, side: 'guest', ticketId, outbox });
    self.chat.subscribe(changed);
    self.chat.open();
  }

  function changed() {
    const { ticketId, error } = self.chat;
    if (ticketId !== knownId) identity.remember((knownId = ticketId));
    if (error?.code === 'not_found') self.startAnew(true);
    else onChange();
  }

  /** What had not been sent goes into the new conversation's draft. */
  function moveTo(ticketId, isGone) {
    const unsent = self.chat.state.pending.map((entry) => self.chat.discard(entry.clientId));
    show(ticketId);
    onMove(unsent.join('\n'), isGone);
  }

  /** What was left behind in another conversation is sent there, without showing it. */
  function sendElsewhere() {
    for (const { ticketId } of outbox.get()) {
      if (ticketId === self.chat.ticketId || elsewhere.has(ticketId)) continue;
      elsewhere.set(ticketId, openChat({ client, side: 'guest', ticketId, outbox }));
      elsewhere.get(ticketId).flush();
    }
  }

  identity.onTicketElsewhere((ticketId) => {
    const { chat } = self;
    if (chat.ticketId ? !isClosed(chat.state) : chat.state.pending.length) return;
    if (identity.reload()) client.restart('other guest');
    moveTo(ticketId);
  });

  const self = {
    client,
    chat: undefined,
    /** Whether this tab has asked for a name and an address. */
    get isAsked() {
      return Boolean(session.getItem('martlet.asked'));
    },
    set isAsked(is) {
      session.setItem('martlet.asked', is ? '1' : '');
    },
    /** What is written and not sent, kept in this tab. */
    get draft() {
      return session.getItem('martlet.draft') ?? '';
    },
    set draft(text) {
      session.setItem('martlet.draft', text);
    },
    /** Shows one of the guest's conversations; it is the one of this browser from now on. */
    choose(ticketId) {
      identity.remember(ticketId);
      moveTo(ticketId);
    },
    /** Another tab may have started one already; then this tab follows. */
    startAnew(isGone) {
      const isOwn = identity.ticketId === self.chat.ticketId;
      if (isOwn) identity.remember(null);
      moveTo(isOwn ? null : identity.ticketId, isGone);
    },
    /** Connects as the one the site vouches for: `{id, exp, hash, name?, email?}`. */
    identify(person) {
      identity.identity = person;
      client.restart('identified');
    },
    /** Forgets who this was, for the next one at this computer. */
    reset() {
      identity.identity = undefined;
      outbox.set([]);
      identity.adopt('');
      self.draft = '';
      identity.remember(null);
      client.restart('reset');
      moveTo(null);
    },
  };
  show(identity.ticketId);
  sendElsewhere();
  outbox.subscribe(sendElsewhere);
  return self;
}
