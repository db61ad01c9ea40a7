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

/**
 * Set `onChange()`, called after each change, and `onMove(unsent, isGone)`, when another conversation is shown: that is
 * `chat`. `details` is what is told of the guest, `{name?, email?}`, and `told` what of that by the guest.
 */
export function openGuest({ url, site }) {
  const storage = openStorage('localStorage');
  const memory = openStorage('sessionStorage');
  const identity = openIdentity(storage, site);
  const outbox = openOutbox({ storage, key: identity.name('guest.outbox'), currentTicket: () => identity.ticketId });
  const socket = openSocket({ url: new URL('/socket.io/', url).href, auth: identity.auth, memory });
  const client = new GuestClient(socket);
  const elsewhere = {};
  const begin = (ticketId) => openChat({ client, side: 'guest', ticketId, outbox });
  let knownId;

  function show(ticketId) {
    self.chat?.dispose();
    knownId = ticketId;
    self.chat = begin(ticketId);
    self.chat.onChange = changed;
    self.chat.open();
  }

  function changed() {
    const { ticketId, error } = self.chat;
    if (ticketId !== knownId) identity.remember((knownId = ticketId));
    if (error?.code === 'not_found') self.startAnew(true);
    else self.onChange();
  }

  /** What had not been sent goes into the new conversation's draft. */
  function moveTo(ticketId, isGone) {
    const unsent = self.chat.state.pending.map((entry) => self.chat.discard(entry.clientId));
    show(ticketId);
    self.onMove(unsent.join('\n'), isGone);
    self.onChange();
  }

  /** What was left behind in another conversation is sent there, without showing it. */
  function sendElsewhere() {
    for (const { ticketId } of outbox.get()) {
      if (ticketId !== self.chat.ticketId) (elsewhere[ticketId] ??= begin(ticketId)).flush();
    }
  }

  const self = {
    client,
    storage,
    identity,
    outbox,
    onChange() {},
    onMove() {},
    /** What is being written, over reloads in this tab. */
    get draft() {
      return memory.getItem(identity.name('draft')) ?? '';
    },
    set draft(text) {
      memory.setItem(identity.name('draft'), text);
    },
    /** Tells who it is; before the first ticket, the server forgets it with the connection. */
    async introduce(details) {
      await client.introduce(details);
      self.told = details;
      self.details = { ...self.details, ...details };
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
  };
  identity.follow((ticketId) => {
    const { chat } = self;
    if (chat.ticketId ? !isClosed(chat.state) : chat.state.pending.length) return;
    if (identity.reload()) client.restart();
    moveTo(ticketId);
  }, () => client.restart());
  client.on('ready', ({ guestToken, verified }) => {
    if (guestToken) identity.adopt(guestToken);
    if (self.details) client.introduce(self.details).catch(() => {});
    if (verified) import('./person.js').then(({ recognise }) => recognise(self)).catch(() => {});
  });
  show(identity.ticketId);
  sendElsewhere();
  outbox.subscribe(sendElsewhere);
  return self;
}
