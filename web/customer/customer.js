/** The customer page: wires the guest's client to the view and remembers the conversation over reloads. */
import { openChat } from '../shared/chat.js';
import { draftsIn } from '../shared/composer.js';
import { isClosed } from '../shared/conversation.js';
import { DeskClient } from '../shared/desk-client.js';
import { openIdentity } from '../shared/guest-identity.js';
import { openOutbox } from '../shared/outbox.js';
import { openSocket } from '../shared/socket.js';
import { watchLoss } from '../shared/status-lines.js';
import { openStorage } from '../shared/storage.js';
import { storedValue } from '../shared/stored-value.js';
import { followKeyboard } from '../shared/viewport.js';
import { createCustomerView } from './customer-view.js';

const GONE = 'Your earlier conversation is no longer here. You can start a new one.';
const session = openStorage('sessionStorage');
const local = openStorage('localStorage');
const identity = openIdentity(local);
const outbox = openOutbox({ storage: local, key: 'martlet.guest.outbox', currentTicket: () => identity.ticketId });
const drafts = draftsIn(storedValue(session, 'martlet.guest.drafts', {}));
const socket = openSocket({ url: new URL('/socket.io/', location.href).href, auth: identity.auth, memory: session });
const client = new DeskClient({ socket, identity });

let chat;
let knownId;
const view = createCustomerView({ client, drafts, onStartAnew: () => startAnew() });

function show(ticketId) {
  chat?.dispose();
  knownId = ticketId;
  chat = openChat({ client, side: 'guest', ticketId, outbox });
  chat.subscribe(changed);
  view.show(chat);
  chat.open();
}

function changed() {
  if (chat.ticketId !== knownId) {
    knownId = chat.ticketId;
    identity.remember(knownId);
  }
  if (chat.error?.code === 'not_found') startAnew(GONE);
  else view.update();
}

/** What had not been sent goes into the new conversation's draft. */
function moveTo(ticketId, notice = '') {
  chat.dispose();
  const unsent = chat.state.pending.map((entry) => chat.discard(entry.clientId));
  show(ticketId);
  view.tell(notice);
  view.restore(unsent.join('\n'));
}

/** Another tab may have started one already; then this tab follows. */
function startAnew(notice) {
  const isOwn = identity.ticketId === chat.ticketId;
  if (isOwn) identity.remember(null);
  moveTo(isOwn ? null : identity.ticketId, notice);
}

identity.onTicketElsewhere((ticketId) => {
  if (chat.ticketId ? !isClosed(chat.state) : chat.state.pending.length > 0) return;
  if (identity.reload()) client.restart('other guest');
  moveTo(ticketId);
});
client.on('presence', (presence) => presence.role !== 'guest' && view.presence(presence.online));
client.on('state', (state, reason) => view.connection(state, reason));
watchLoss(client, view.lost);

/** What was left behind in another conversation is sent there, without showing it. */
const elsewhere = new Map();
function sendElsewhere() {
  for (const { ticketId } of outbox.get()) {
    if (ticketId === chat.ticketId || elsewhere.has(ticketId)) continue;
    elsewhere.set(ticketId, openChat({ client, side: 'guest', ticketId, outbox }));
    elsewhere.get(ticketId).flush();
  }
}

followKeyboard();
show(identity.ticketId);
sendElsewhere();
outbox.subscribe(sendElsewhere);
if (matchMedia('(hover: hover)').matches) view.restore('');
client.start();
// "Today" does not last.
setInterval(view.update, 60000);
