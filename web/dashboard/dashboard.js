/** The dashboard: wires the agent's client, the list and the conversation, and follows the address's fragment. */
import { postJSON } from '../agent/forms.js';
import { draftsIn } from '../shared/composer.js';
import { AgentClient } from '../shared/agent-client.js';
import { AGENT_PREFIX, forgetAgent } from '../shared/agent-storage.js';
import { setChildren } from '../shared/dom.js';
import { makeFormat } from '../shared/format.js';
import { openOutbox } from '../shared/outbox.js';
import { openSocket } from '../shared/socket.js';
import { createConnectionLine, watchLoss } from '../shared/status-lines.js';
import { openStorage } from '../shared/storage.js';
import { storedValue } from '../shared/stored-value.js';
import { waitingLabel } from '../shared/ticket-list.js';
import { followKeyboard } from '../shared/viewport.js';
import { Chats } from './chats.js';
import { createConversationView } from './conversation-view.js';
import { createListView } from './list-view.js';
import { fillMenu, setUpMenu } from './menu.js';
import { keepRenewed } from './renewal.js';
import { parseRoute, routeTo } from './route.js';
import { TicketStore } from './ticket-store.js';

const app = document.getElementById('app');
const format = makeFormat();
const storage = openStorage('sessionStorage');
const socket = openSocket({ url: new URL('/socket.io/', location.href).href, memory: storage });
const client = new AgentClient({ socket });
const connection = createConnectionLine({
  client,
  hasPending: () => chats?.shown?.state.pending.length > 0,
  retryAt: () => chats?.shown?.retryAt ?? 0,
});
const guests = new Set();
const agents = new Map();

let me;
let route = parseRoute(location.hash);
let store;
let chats;
let listView;
let conversationView;
let stopRenewing = () => {};
let isPlanned = false;
let isLost = false;
let isLoggingOut = false;

function start(session) {
  me = session;
  const outbox = openOutbox({ storage: openStorage('localStorage'), key: `${AGENT_PREFIX}${me.userId}.outbox` });
  const drafts = draftsIn(storedValue(storage, `${AGENT_PREFIX}${me.userId}.drafts`, {}));
  fillMenu(me);
  agents.set(me.userId, me.name);
  listView = createListView({
    format,
    onMore: () => store.loadMore(route.view),
    onRetry: () => store.load(route.view),
  });
  conversationView = createConversationView({ client, drafts, format, me });
  store = new TicketStore({ client, me: me.userId, onChange: plan });
  chats = new Chats({ client, outbox, onChange: learn });
  if (route.ticketId) conversationView.show(chats.show(route.ticketId));
}

function learn(chat) {
  const { ticket, reads, messages, closedBy } = chat.state;
  for (const author of messages) if (author.senderRole !== 'guest') agents.set(author.senderId, author.senderName);
  if (closedBy?.role && closedBy.role !== 'guest') agents.set(closedBy.userId, closedBy.name);
  if (ticket && chat.isCurrent) store.know(ticket, reads.agents);
  plan();
}

/** Several changes in one go are drawn once. */
function plan() {
  if (isPlanned) return;
  isPlanned = true;
  queueMicrotask(() => {
    isPlanned = false;
    render();
  });
}

function render() {
  if (!store) return;
  const people = { me, guests: isLost ? new Set() : guests, agents, isLost };
  app.dataset.pane = route.ticketId ? 'talk' : 'list';
  listView.update({ store, ...route, now: Date.now(), ...people });
  conversationView.update({ view: route.view, ...people });
  connection.refresh();
  const waiting = waitingLabel(store.list);
  document.title = waiting ? `(${waiting}) Martlet` : 'Martlet';
}

function follow() {
  const before = route;
  route = parseRoute(location.hash);
  if (!store) return;
  if (route.ticketId !== before.ticketId) {
    conversationView.show(chats.show(route.ticketId));
    render();
    if (route.ticketId) conversationView.focus();
    else listView.focus(before.ticketId);
  }
  if (route.view !== before.view && client.isReady) store.load(route.view);
  plan();
}

/** The fragment stays, so that one comes back to the same conversation. */
function toLogin() {
  stopRenewing();
  if (isLoggingOut) return;
  client.stop();
  location.replace(`/agent/login?ended${location.hash}`);
}

client.on('ready', (session) => {
  if (session.role === 'guest') return toLogin();
  if (me && session.userId !== me.userId) return location.reload();
  guests.clear();
  if (!me) start(session);
  stopRenewing();
  stopRenewing = keepRenewed(session, { post: postJSON, onEnded: toLogin });
  store.refresh(route.view);
});
client.on('resync', () => store?.refresh(route.view));
client.on('revoked', (reason) => {
  // Who comes back after these is the same person; after the others it may be anybody.
  if (reason !== 'expired' && reason !== 'role_changed') forgetAgent();
  toLogin();
});
client.on('state', (state, reason) => {
  if (state === 'refused' || reason === 'io server disconnect') toLogin();
});
client.on('presence', ({ role, userId, online }) => {
  if (role !== 'guest') return;
  if (online) guests.add(userId);
  else guests.delete(userId);
  plan();
});

addEventListener('hashchange', follow);
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || !route.ticketId || event.isComposing) return;
  if (getComputedStyle(document.getElementById('tickets')).display === 'none') location.hash = routeTo(route.view);
  else listView?.focus(route.ticketId);
});
setInterval(plan, 30000);
setChildren(document.getElementById('banner'), [connection.element]);
watchLoss(client, (isLostNow) => {
  isLost = isLostNow;
  plan();
});
// The server ends the login's sockets before the answer to the form has changed the page.
setUpMenu({ waiting: () => chats?.waiting ?? 0, onLogout: () => (isLoggingOut = true) });
addEventListener('pageshow', () => (isLoggingOut = false));
followKeyboard();
client.start();
