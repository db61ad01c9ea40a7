/**
 * What few need, loaded when it is asked for: links, the end of a conversation, the sheet behind "More" and the
 * question for a name and an address.
 */
import { linkParts } from '../shared/links.js';
import { openStorage } from '../shared/storage.js';
import { h, setText } from './element.js';
import { icon } from './icon.js';
import { introduce } from './person.js';
import { asPage, asText, download, readAll } from './transcript.js';

/** Makes links of the addresses in a message's text. */
export function link(bubble) {
  if (bubble.isLinked) return;
  bubble.isLinked = true;
  bubble.replaceChildren(...linkParts(bubble.textContent).map(({ text, href }) =>
    href ? h('a', '', { href, target: '_blank', rel: 'noopener noreferrer nofollow' }, text) : text));
}

/** The panel's parts, by their classes. */
const parts = ({ element }, ...names) => names.map((name) => element.querySelector(`.${name}`));

const button = (className, onclick, ...children) => h('button', className, { type: 'button', onclick }, ...children);

/** Says, in the composer's place, that the conversation is over. */
export function showEnd(panel) {
  const { guest, say } = panel;
  const [talk, box, shown] = parts(panel, 'talk', 'box', 'closed-notice');
  const { ticket, pending, closedBy } = guest.chat.state;
  if (ticket?.status !== 'closed') return;
  const by = closedBy?.role === 'guest' ? 'closed_by_you' : closedBy?.name ? 'closed_by' : 'closed_now';
  const sentence = `${say(by, closedBy?.name)} ${pending.length ? say('unsent') : ''}`;
  if (box.hidden) return setText(shown, sentence);
  const text = h('p', 'closed-notice', { role: 'status' });
  const anew = button('primary', () => guest.startAnew(), say('anew'));
  anew.dataset.testid = 'start-anew';
  const closed = h('div', 'closed', {}, text, anew);
  const hadFocus = [box, document.body].some((part) => part.contains(talk.getRootNode().activeElement));
  box.hidden = true;
  talk.append(closed);
  // It is announced if it comes into an element that is there.
  setText(text, sentence);
  if (hadFocus && panel.isVisible()) anew.focus();
  panel.hideEnd = () => {
    closed.remove();
    box.hidden = false;
    panel.hideEnd = undefined;
  };
}

/** A pause that the server asked for is announced once, not at each second, and not if nobody would notice it. */
export function showPause(panel) {
  const [connection] = parts(panel, 'connection');
  const wait = panel.guest.chat.retryAt - Date.now();
  if (wait <= (connection.textContent ? 0 : 1000)) return;
  connection.ariaLive = connection.textContent ? 'off' : 'polite';
  setText(connection, panel.say('pause', Math.ceil(wait / 1000)));
}

/** `panel` is what createPanel returns. */
export function openSheet(panel) {
  const { guest, say, attempt } = panel;
  const { client, chat } = guest;
  const [talk, more] = parts(panel, 'talk', 'more');
  if (panel.closeSheet) return panel.closeSheet();
  const others = h('div', 'others');
  const close = (focused = more) => {
    sheet.remove();
    more.ariaExpanded = false;
    talk.classList.remove('covered');
    panel.closeSheet = undefined;
    focused.focus();
  };
  const act = (label, work) => button('row', () => {
    close();
    attempt(work);
  }, say(label));
  const end = button('row danger', () => {
    if (end.textContent === say('end_sure')) {
      close();
      attempt(() => client.end(chat.ticketId));
    }
    setText(end, say('end_sure'));
  }, say('end'));
  const back = button('round', () => close(), icon('M15 5l-7 7 7 7'));
  back.ariaLabel = say('back');
  const sheet = h('div', 'sheet', {}, back, act('contact', async () => askContact(panel)));
  if (chat.ticketId) sheet.append(act('as_text', () => save(panel, 'txt')), act('as_page', () => save(panel, 'html')));
  sheet.append(button('row', () => turnTheme(panel.element), say('theme')));
  if (chat.state.ticket?.status === 'open') sheet.append(end);
  sheet.append(h('h3', '', {}, say('earlier')), others);
  talk.append(sheet);
  talk.classList.add('covered');
  more.ariaExpanded = true;
  panel.closeSheet = close;
  back.focus();
  attempt(async () => {
    const { tickets } = await client.ownTickets();
    const rows = tickets.filter(({ ticketId }) => ticketId !== chat.ticketId).map((ticket) => button('row', () => {
      close();
      guest.choose(ticket.ticketId);
    }, h('span', '', { dir: 'auto' }, ticket.lastText || ticket.subject), panel.dayName(ticket.lastMessageAt ?? ticket.createdAt)));
    others.replaceChildren(...(rows.length ? rows : [say('none')]));
  });
}

/** The other one of light and dark, from now on in this browser. */
function turnTheme(element) {
  const { dataset } = element.getRootNode().host ?? document.documentElement;
  const isDark = dataset.theme ? dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  dataset.theme = isDark ? 'light' : 'dark';
  openStorage('localStorage').setItem('martlet.theme', dataset.theme);
}

const askButton = (panel) => button('link', () => askContact(panel), panel.say('ask'));

/** When nobody is here to answer: when that will be, and once, who it is. */
export function beAway(panel) {
  const { guest, say, date, hours, isOnline, isLost } = panel;
  const { ticket, messages } = guest.chat.state;
  const [presence, slot] = parts(panel, 'presence', 'slot');
  const until = Date.parse(hours?.nextOpenAt);
  const time = () => date(until, { weekday: 'long', hour: 'numeric', minute: '2-digit' });
  if (isOnline === false && !isLost) setText(presence, until > Date.now() ? say('closed_until', time()) : say('away'));
  const isWanted = !isOnline && messages[0] && ticket?.status !== 'closed' && !guest.client.session?.email;
  if (isWanted && !panel.ask) slot.replaceChildren(panel.ask = askButton(panel));
  if (panel.ask) panel.ask.hidden = !isWanted;
}

/** Both are optional; nobody is asked twice. */
function askContact(panel) {
  const { guest, say, attempt, complain } = panel;
  const [slot, field] = parts(panel, 'slot', 'composer');
  panel.ask ??= askButton(panel);
  const input = (name, type) =>
    h('input', '', { name, type, autocomplete: name, maxLength: 200, ariaLabel: say(name), placeholder: say(name), dir: 'auto' });
  const inputs = [input('name', 'text'), input('email', 'email')];
  const done = (news) => {
    form.remove();
    field.focus();
    complain(news);
  };
  const form = h('form', 'ask', {
    onsubmit(event) {
      event.preventDefault();
      attempt(async () => {
        await introduce(guest, Object.fromEntries(inputs.map(({ name, value }) => [name, value.trim()])));
        done({ code: 'thanks' });
      });
    },
  }, h('p', '', {}, say('optional')), ...inputs, h('button', 'primary', {}, say('save')),
  button('link', () => done(), say('later')));
  slot.replaceChildren(form);
  inputs[0].focus();
}

async function save(panel, kind) {
  const { guest: { client, chat }, say, date } = panel;
  const [title] = parts(panel, 'title');
  const { ticketId, number } = chat.state.ticket;
  const line = ({ timestamp, senderRole, senderName, text }) =>
    [`${date(timestamp)} · ${senderRole === 'guest' ? say('you') : senderName}`, text];
  const messages = await readAll(client, ticketId);
  const name = `${title.textContent} #${number}`;
  download(`chat-${number}.${kind}`, kind === 'txt' ? asText(messages, line) : asPage(messages, line, name));
}
