/** What few need, loaded when it is asked for: links, the end of a conversation, and the sheet behind "More". */
import { linkParts } from '../shared/links.js';
import { styles } from './styles.js';
import { texts } from './texts.js';
import { asPage, asText, download, readAll } from './transcript.js';

export const style = styles.more;
/** By their codes. */
export const errors = texts.errors;

/** `panel` is what createPanel returns; what that has already is not packed into this once more. */
export function openMore(panel) {
  const { element, guest, make: h, setText, icon, attempt, date } = panel;
  const { client } = guest;
  const part = (name) => element.querySelector(`.${name}`);
  const [talk, box, more, title, connection] = ['talk', 'box', 'more', 'title', 'connection'].map(part);
  const button = (className, text, onclick) => h('button', className, { onclick }, text);

  /** Makes links of the addresses in a message's text. */
  function link(bubble) {
    if (bubble.isLinked) return;
    bubble.isLinked = true;
    bubble.replaceChildren(...linkParts(bubble.textContent).map(({ text, href }) =>
      href ? h('a', '', { href, target: '_blank', rel: 'noopener noreferrer nofollow' }, text) : text));
  }

  /** Says, in the composer's place, that the conversation is over. */
  function showEnd() {
    const { ticket, pending, closedBy } = guest.chat.state;
    if (ticket?.status !== 'closed') return;
    const by = closedBy?.role === 'guest' ? texts.closedByYou
      : closedBy?.name ? texts.closedBy.replace('{name}', () => closedBy.name) : texts.closed;
    const sentence = `${by} ${pending.length ? texts.unsent : ''}`;
    if (box.hidden) return setText(part('closed-notice'), sentence);
    const text = h('p', 'closed-notice', { role: 'status' });
    const anew = button('primary', texts.anew, () => guest.startAnew());
    anew.dataset.testid = 'start-anew';
    const closed = h('div', 'closed', {}, text, anew);
    const hadFocus = [box, document.body].some((one) => one.contains(talk.getRootNode().activeElement));
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
  function showPause() {
    const wait = guest.chat.retryAt - Date.now();
    if (wait <= (connection.textContent ? 0 : 1000)) return;
    connection.ariaLive = connection.textContent ? 'off' : 'polite';
    setText(connection, texts.pause.replace('{n}', Math.ceil(wait / 1000)));
  }

  function openSheet() {
    const { chat } = guest;
    if (panel.closeSheet) return panel.closeSheet();
    const others = h('div', 'others');
    const close = () => {
      sheet.remove();
      more.ariaExpanded = false;
      talk.classList.remove('covered');
      panel.closeSheet = undefined;
      more.focus();
    };
    const act = (text, work) => button('row', text, () => {
      close();
      attempt(work);
    });
    const end = button('row danger', texts.end, () => {
      if (end.textContent === texts.endSure) {
        close();
        attempt(() => client.end(chat.ticketId));
      }
      setText(end, texts.endSure);
    });
    const back = button('round', icon('M15 5l-7 7 7 7'), close);
    back.ariaLabel = texts.back;
    const sheet = h('div', 'sheet', {}, back, act(texts.contact, async () => panel.askContact()));
    if (chat.ticketId) sheet.append(act(texts.asText, () => save('txt')), act(texts.asPage, () => save('html')));
    sheet.append(button('row', texts.theme, turnTheme));
    if (chat.state.ticket?.status === 'open') sheet.append(end);
    sheet.append(h('h3', '', {}, texts.earlier), others);
    talk.append(sheet);
    talk.classList.add('covered');
    more.ariaExpanded = true;
    panel.closeSheet = close;
    back.focus();
    attempt(async () => {
      const { tickets } = await client.ownTickets();
      const rows = tickets.filter(({ ticketId }) => ticketId !== chat.ticketId).map((ticket) => {
        const row = act(h('span', '', { dir: 'auto' }, ticket.lastText || ticket.subject), async () => guest.choose(ticket.ticketId));
        row.append(panel.dayName(ticket.lastMessageAt ?? ticket.createdAt));
        return row;
      });
      others.replaceChildren(...(rows.length ? rows : [texts.none]));
    });
  }

  /** The other one of light and dark, from now on in this browser. */
  function turnTheme() {
    const { dataset } = element.getRootNode().host ?? document.documentElement;
    const isDark = dataset.theme ? dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    dataset.theme = isDark ? 'light' : 'dark';
    guest.storage.setItem('martlet.theme', dataset.theme);
  }

  async function save(kind) {
    const { ticketId, number } = guest.chat.state.ticket;
    const line = ({ timestamp, senderRole, senderName, text }) =>
      [`${date(timestamp)} · ${senderRole === 'guest' ? texts.you : senderName}`, text];
    const messages = await readAll(client, ticketId);
    const name = `${title.textContent} #${number}`;
    download(`chat-${number}.${kind}`, kind === 'txt' ? asText(messages, line) : asPage(messages, line, name));
  }

  return { link, showEnd, showPause, openSheet };
}
