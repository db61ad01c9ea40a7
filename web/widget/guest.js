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
 * `person` is who the page says it is, `{id, exp, hash, name?, email?}`, or without `hash` only `{name?, email?}`.
 * Set `onChange()`, called after each change, and `onMove(unsent, isGone)`, called when another conversation is shown.
 */
export function openGuest({ url, site, person }) {
  const storage = openStorage('localStorage');
  const memory = openStorage('sessionStorage');
  const identity = openIdentity(storage, site);
  const outbox = openOutbox({ storage, key: identity.name('guest.outbox'), currentTicket: () => identity.ticketId });
  const socket = openSocket({ url: new URL('/socket.io/', url).href, auth: identity.auth, memory });
  const client = new GuestClient({ socket, identity });
  const elsewhere = new Map();
  const begin = (ticketId) => openChat({ client, side: 'guest', ticketId, outbox });
  let knownId;
  /** What the guest has told in this page: before the first ticket, the server forgets it with the connection. */
  let told;

  function show(ticketId) {
    self.chat?.dispose();
    knownId = ticketId;
    self.chat = begin(ticketId);
    self.chat.subscribe(changed);
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
      if (ticketId === self.chat.ticketId || elsewhere.has(ticketId)) continue;
      elsewhere.set(ticketId, begin(ticketId));
      elsewhere.get(ticketId).flush();
    }
  }

  /** A name and an address that nobody vouches for are told as the guest would tell them; the guest's own words win. */
  function introduce() {
    const { hash, name, email } = person ?? {};
    const details = { ...(!hash && { name, email }), ...told };
    if ((details.name || details.email) && client.isReady) client.introduce(details).catch(() => {});
  }

  /** Whom the site vouches for finds on this device what was begun on another one. */
  async function follow() {
    if (!client.session.verified || identity.ticketId) return;
    const { tickets } = await client.ownTickets();
    const open = tickets.find(({ status }) => status === 'open');
    if (open && !self.chat.ticketId && !self.chat.state.pending.length) self.choose(open.ticketId);
  }

  const self = {
    client,
    chat: undefined,
    onChange() {},
    onMove() {},
    /** Keeps a word over reloads in this tab: `draft`, `asked`. */
    note: (name, word) => (word === undefined ? memory.getItem(identity.name(name)) : memory.setItem(identity.name(name), word)),
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
    async introduce(details) {
      await client.introduce(details);
      told = details;
    },
    identify(next) {
      person = next;
      if (!next || next.hash) told = undefined;
      identity.identity = next?.hash && next;
      if (next?.hash) client.restart('identified');
      else introduce();
    },
    /** Forgets who this was, for the next one at this computer. */
    reset() {
      self.identify();
      outbox.set([]);
      identity.adopt('');
      self.note('draft', '');
      identity.remember(null);
      client.restart('reset');
      moveTo(null);
    },
    stop: () => client.stop(),
  };
  identity.onTicketElsewhere((ticketId) => {
    const { chat } = self;
    if (chat.ticketId ? !isClosed(chat.state) : chat.state.pending.length) return;
    if (identity.reload()) client.restart('other guest');
    moveTo(ticketId);
  });
  identity.onGuestElsewhere(() => client.restart('other guest'));
  self.identify(person);
  client.on('ready', introduce);
  // From then on the token stands for it, also when the time of the site's word is over.
  client.on('ready', ({ verified }) => verified && (identity.identity = undefined));
  client.on('ready', () => follow().catch(() => {}));
  show(identity.ticketId);
  sendElsewhere();
  outbox.subscribe(sendElsewhere);
  return self;
}
