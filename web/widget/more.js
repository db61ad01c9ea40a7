/**
 * What few need, loaded when it is asked for: links, the end of a conversation, the sheet behind "More" and the
 * question for a name and an address.
 */
import { linkParts } from '../shared/links.js';
import { openStorage } from '../shared/storage.js';
import { button, h, setText } from './element.js';
import { icon } from './icon.js';
import { asPage, asText, download, readAll } from './transcript.js';

/** Makes links of the addresses in a message's text. */
export function link(bubble) {
  if (bubble.isLinked) return;
  bubble.isLinked = true;
  bubble.replaceChildren(...linkParts(bubble.textContent).map(({ text, href }) =>
    href ? h('a', { href, target: '_blank', rel: 'noopener noreferrer nofollow' }, text) : text));
}

/** Says, in the composer's place, that the conversation is over. */
export function showEnd(panel) {
  const { guest, say, talk, composer } = panel;
  const { state } = guest.chat;
  const { ticket, pending, closedBy } = state;
  if (ticket?.status !== 'closed') return;
  const by = closedBy?.role === 'guest' ? 'closed_by_you' : closedBy?.name ? 'closed_by' : 'closed_now';
  const sentence = `${say(by, closedBy)} ${pending.length ? say('unsent') : ''}`;
  if (composer.hidden) return setText(talk.querySelector('.closed p'), sentence);
  const text = h('p', { role: 'status', data: { testid: 'closed-notice' } });
  const anew = button({ className: 'primary', onclick: () => guest.startAnew(), data: { testid: 'start-anew' } }, say('anew'));
  const closed = h('div', { className: 'closed' }, text, anew);
  const hadFocus = [composer, document.body].some((part) => part.contains(talk.getRootNode().activeElement));
  composer.hidden = true;
  talk.append(closed);
  // It is announced if it comes into an element that is there.
  setText(text, sentence);
  if (hadFocus && panel.isVisible()) anew.focus();
  panel.hideEnd = () => {
    closed.remove();
    composer.hidden = false;
    panel.hideEnd = undefined;
  };
}

/** `panel` is what createPanel returns. */
export function openSheet(panel) {
  const { guest, say, talk, more, attempt } = panel;
  const { client, chat } = guest;
  if (panel.closeSheet) return panel.closeSheet();
  const others = h('div', { className: 'others' });
  const close = (focused = more) => {
    sheet.remove();
    more.ariaExpanded = false;
    talk.classList.remove('covered');
    panel.closeSheet = undefined;
    focused.focus();
  };
  const act = (label, work) => button({
    className: 'row',
    onclick() {
      close();
      attempt(work);
    },
  }, say(label));
  const end = button({
    className: 'row danger',
    onclick() {
      if (end.textContent === say('end_sure')) {
        close();
        attempt(() => client.end(chat.ticketId));
      }
      setText(end, say('end_sure'));
    },
  }, say('end'));
  const back = button({ className: 'round back', ariaLabel: say('back'), onclick: () => close() }, icon('M15 5l-7 7 7 7'));
  const sheet = h('div', { className: 'sheet' }, back, act('contact', async () => askContact(panel)));
  if (chat.ticketId) sheet.append(act('as_text', () => save(panel, 'txt')), act('as_page', () => save(panel, 'html')));
  sheet.append(button({ className: 'row', onclick: () => turnTheme(panel.element) }, say('theme')));
  if (chat.state.ticket?.status === 'open') sheet.append(end);
  sheet.append(h('h3', {}, say('earlier')), others);
  talk.append(sheet);
  talk.classList.add('covered');
  more.ariaExpanded = true;
  panel.closeSheet = close;
  back.focus();
  attempt(async () => {
    const { tickets } = await client.ownTickets();
    const rows = tickets.filter(({ ticketId }) => ticketId !== chat.ticketId).map((ticket) => button({
      className: 'row',
      onclick() {
        close();
        guest.choose(ticket.ticketId);
      },
    }, h('span', { dir: 'auto' }, ticket.lastText || ticket.subject), panel.dayName(ticket.lastMessageAt ?? ticket.createdAt)));
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

const askButton = (panel) => button({ onclick: () => askContact(panel) }, panel.say('ask'));

/** Once, when nobody is here to answer: who it is. */
export function offerContact(panel, isWanted) {
  if (!panel.ask) panel.slot.replaceChildren(panel.ask = askButton(panel));
  panel.ask.hidden = !isWanted;
}

/** Both are optional; nobody is asked twice. */
function askContact(panel) {
  const { guest, say, slot, field, attempt, complain } = panel;
  panel.ask ??= askButton(panel);
  const input = (name, type) =>
    h('input', { name, type, autocomplete: name, maxLength: 200, ariaLabel: say(name), placeholder: say(name), dir: 'auto' });
  const inputs = [input('name', 'text'), input('email', 'email')];
  const done = (news) => {
    form.remove();
    field.focus();
    complain(news);
  };
  const form = h('form', {
    className: 'ask',
    onsubmit(event) {
      event.preventDefault();
      attempt(async () => {
        await guest.introduce(Object.fromEntries(inputs.map(({ name, value }) => [name, value.trim()])));
        done({ code: 'thanks' });
      });
    },
  }, h('p', {}, say('optional')), ...inputs, h('button', { className: 'primary' }, say('save')),
  button({ onclick: () => done() }, say('later')));
  slot.replaceChildren(form);
  inputs[0].focus();
}

async function save({ guest: { client, chat }, say, date, title }, kind) {
  const { ticketId, number } = chat.state.ticket;
  const line = ({ timestamp, senderRole, senderName, text }) =>
    [`${date(timestamp)} · ${senderRole === 'guest' ? say('you') : senderName}`, text];
  const messages = await readAll(client, ticketId);
  const name = `${title.textContent} #${number}`;
  download(`chat-${number}.${kind}`, kind === 'txt' ? asText(messages, line) : asPage(messages, line, name));
}
