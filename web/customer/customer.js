/** The customer page: wires the guest's client to the view and remembers the conversation over reloads. */
import { Chat } from '../shared/chat.js';
import { draftsIn } from '../shared/composer.js';
import { DeskClient } from '../shared/desk-client.js';
import { GuestIdentity } from '../shared/guest-identity.js';
import { Socket } from '../shared/socket.js';
import { openStorage, storedValue } from '../shared/storage.js';
import { followKeyboard } from '../shared/viewport.js';
import { createCustomerView } from './customer-view.js';

const session = openStorage('sessionStorage');
const identity = new GuestIdentity(openStorage('localStorage'));
const outbox = storedValue(session, 'martlet.guest.outbox', []);
const drafts = draftsIn(storedValue(session, 'martlet.guest.drafts', {}));
const socket = new Socket({ url: new URL('/socket.io/', location.href).href, auth: identity.auth, memory: session });
const client = new DeskClient({ socket, identity });

let chat;
const view = createCustomerView({ client, drafts, onStartAnew: () => startAnew() });

function show(ticketId) {
  chat?.dispose();
  chat = new Chat({ client, side: 'guest', ticketId, outbox });
  chat.subscribe(changed);
  view.show(chat);
  chat.open();
}

function changed() {
  if (chat.ticketId && chat.ticketId !== identity.ticketId) identity.remember(chat.ticketId);
  if (chat.error?.code === 'not_found') startAnew('Your earlier conversation is no longer here. You can start a new one.');
  else view.update();
}

/** What had not been sent goes into the new conversation's draft. */
function startAnew(notice = '') {
  chat.dispose();
  const unsent = chat.state.pending.map((entry) => chat.discard(entry.clientId));
  identity.remember(null);
  show(null);
  view.tell(notice);
  view.restore(unsent.join('\n'));
}

identity.onTicketElsewhere((ticketId) => {
  if (chat.ticketId || chat.state.pending.length > 0) return;
  if (identity.reload()) client.restart('other guest');
  show(ticketId);
});
client.on('presence', (presence) => presence.role !== 'guest' && view.presence(presence.online));
client.on('state', (state, reason) => view.connection(state, reason));

followKeyboard();
show(identity.ticketId);
if (matchMedia('(hover: hover)').matches) view.restore('');
client.start();
