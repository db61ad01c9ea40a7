/** The dashboard: wires the agent's client, the list and the conversation, and follows the address's fragment. */
import { postJSON } from '../agent/forms.js';
import { AgentClient } from '../shared/agent-client.js';
import { AGENT_PREFIX, forgetAgent } from '../shared/agent-storage.js';
import { setAttribute, setChildren } from '../shared/dom.js';
import { makeFormat } from '../shared/format.js';
import { openOutbox } from '../shared/outbox.js';
import { openSocket } from '../shared/socket.js';
import { createConnectionLine, watchLoss } from '../shared/status-lines.js';
import { openStorage } from '../shared/storage.js';
import { storedValue } from '../shared/stored-value.js';
import { waitingLabel } from '../shared/ticket-list.js';
import { followKeyboard } from '../shared/viewport.js';
import { Chats } from './chats.js';
import { Colleagues } from './colleagues.js';
import { runCommands } from './commands.js';
import { createConversationView } from './conversation-view.js';
import { draftsIn } from './drafts.js';
import { watchIdle } from './idle.js';
import { createListView } from './list-view.js';
import { setUpMenu } from './menu.js';
import { NoteBook } from './note-book.js';
import { startNotifier } from './notifier.js';
import { openClaims } from './one-tab.js';
import { openPreferences } from './preferences.js';
import { keepRenewed } from './renewal.js';
import { parseRoute, routeTo } from './route.js';
import { Search } from './search.js';
import { openSound } from './sound.js';
import { TicketStore } from './ticket-store.js';
import { keepTelling } from './viewing.js';

const app = document.getElementById('app');
const favicon = document.querySelector('link[rel="icon"]');
const format = makeFormat();
const storage = openStorage('sessionStorage');
const preferences = openPreferences(openStorage('localStorage'));
const sound = openSound();
const socket = openSocket({ url: new URL('/socket.io/', location.href).href, memory: storage });
const client = new AgentClient(socket);
const connection = createConnectionLine({
  client,
  hasPending: () => chats?.shown?.state.pending.length > 0,
  retryAt: () => chats?.shown?.retryAt ?? 0,
});
const guests = new Set();
const viewing = keepTelling((ticketId, state) => client.isReady && client.viewing(ticketId, state));
const search = new Search({ client, onChange: plan });

let me;
let route = parseRoute(location.hash);
let store;
let chats;
let notes;
let drafts;
let colleagues;
let listView;
let conversationView;
let stopRenewing = () => {};
let isPlanned = false;
let isLost = false;
let isLoggingOut = false;
let isByKeyboard = false;

function start(session) {
  me = session;
  const outbox = openOutbox({ storage: openStorage('localStorage'), key: `${AGENT_PREFIX}${me.userId}.outbox` });
  drafts = draftsIn(storedValue(storage, `${AGENT_PREFIX}${me.userId}.drafts`, {}));
  menu.fill(me);
  colleagues = new Colleagues({ client, me, onChange: plan });
  notes = new NoteBook({ client, onChange: plan });
  listView = createListView({
    format,
    search,
    onMore: () => store.loadMore(route.view),
    onRetry: () => store.load(route.view),
  });
  conversationView = createConversationView({
    client, drafts, format, me, notes, preferences, roster: colleagues.roster, replies: () => colleagues.replies,
    onViewing: (ticketId, state) => viewing.update(ticketId, state),
  });
  store = new TicketStore({ client, me: me.userId, onChange: plan });
  chats = new Chats({ client, outbox, onChange: learn });
  startNotifier({
    client, preferences, sound, me: me.userId,
    claim: openClaims({ isVisible: () => document.visibilityState === 'visible' }),
    lookUp: (ticketId) => store.list.tickets.get(ticketId),
    isShown: (ticketId) => route.ticketId === ticketId && document.visibilityState === 'visible' && document.hasFocus(),
  });
  runCommands({ preferences, listView, conversationView, store, getRoute: () => route, setByKeyboard, onLogout: logOut, isAdmin: me.role === 'admin' });
  watchIdle({
    onIdle: () => client.isReady && colleagues.setStatus('away', true),
    onActive: () => client.isReady && colleagues.setStatus('online', true),
  });
  if (route.ticketId) conversationView.show(chats.show(route.ticketId), route.place);
}

function learn(chat) {
  const { ticket, reads, messages, closedBy } = chat.state;
  for (const author of messages) if (author.senderRole !== 'guest') colleagues.learn(author.senderId, author.senderName);
  if (closedBy?.role && closedBy.role !== 'guest') colleagues.learn(closedBy.userId, closedBy.name);
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
  const viewers = colleagues.viewersOf(route.ticketId);
  const people = { me, guests: isLost ? new Set() : guests, agents: colleagues.names, viewers, isLost };
  app.dataset.pane = route.ticketId ? 'talk' : 'list';
  listView.update({ store, ...route, now: Date.now(), drafts, ...people });
  conversationView.update({ view: route.view, tickets: store.list.tickets.values(), ...people });
  menu.showStatus(colleagues.ownStatus);
  connection.refresh();
  const waiting = waitingLabel(store.list);
  document.title = waiting ? `(${waiting}) Martlet` : 'Martlet';
  setAttribute(favicon, 'href', waiting ? '/assets/dashboard/icon-news.svg' : '/assets/shared/icon.svg');
}

function follow() {
  const before = route;
  route = parseRoute(location.hash);
  if (!store) return;
  if (route.ticketId !== before.ticketId) {
    conversationView.show(chats.show(route.ticketId), route.place);
    render();
    if (route.ticketId) conversationView.focus({ byKeyboard: isByKeyboard });
    else listView.focus(before.ticketId);
  } else if (route.place) conversationView.goTo(route.place);
  if (route.view !== before.view && client.isReady) store.load(route.view);
  plan();
}

function setByKeyboard(value) {
  isByKeyboard = value;
}

function logOut() {
  document.getElementById('logout').click();
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
  colleagues.load();
  viewing.repeat();
});
client.on('resync', () => {
  store?.refresh(route.view);
  colleagues?.load();
});
client.on('revoked', (reason) => {
  // Who comes back after these is the same person; after the others it may be anybody.
  if (reason !== 'expired' && reason !== 'role_changed') forgetAgent();
  toLogin();
});
client.on('state', (state) => {
  if (state === 'refused' || state === 'stopped') toLogin();
});
client.on('presence', ({ role, userId, online }) => {
  if (role !== 'guest') return;
  if (online) guests.add(userId);
  else guests.delete(userId);
  plan();
});

addEventListener('hashchange', follow);
addEventListener('pointerdown', () => setByKeyboard(false), { capture: true });
addEventListener('keydown', () => setByKeyboard(true), { capture: true });
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || !route.ticketId || event.isComposing) return;
  if (conversationView?.closeOverlay()) return;
  if (getComputedStyle(document.getElementById('tickets')).display === 'none') location.hash = routeTo(route.view);
  else listView?.focus(route.ticketId);
});
setInterval(plan, 30000);
setChildren(document.getElementById('banner'), [connection.element]);
watchLoss(client, (isLostNow) => {
  isLost = isLostNow;
  plan();
});
const menu = setUpMenu({
  preferences,
  sound,
  waiting: () => (chats?.waiting ?? 0) + (notes?.waiting ?? 0),
  // The server ends the login's sockets before the answer to the form has changed the page.
  onLogout: () => (isLoggingOut = true),
  onStatus: (status) => colleagues?.setStatus(status),
  onHelp: () => dispatchEvent(new CustomEvent('martlet-help')),
});
addEventListener('pageshow', () => (isLoggingOut = false));
followKeyboard();
client.start();
