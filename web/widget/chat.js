/** The panel behind the launcher, loaded when it is opened first, or when somebody returns who has written before. */
import { unreadCount } from '../shared/conversation.js';
import { openGuest } from './guest.js';
import { createPanel } from './panel.js';
import { speak } from './texts.js';

/**
 * `root` is the launcher's shadow root, `tell(event, value)` what the page hears, `onClose()` closes the panel.
 * Returns `{show(isOpen), identify(person), reset(), stop()}`.
 */
export function start({ root, css, url, site, locale, texts, config, onClose, onTheme, tell }) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  let unread = 0;
  let person;
  let panel;

  function changed() {
    panel?.update();
    const now = unreadCount(guest.chat.state);
    if (now !== unread) tell('unread', (unread = now));
  }

  const guest = openGuest({ url, site, onChange: changed, onMove: (...news) => panel.moved(...news) });
  panel = createPanel({ guest, say: speak(texts), locale, config, onClose, onTheme });
  panel.element.hidden = true;
  root.prepend(panel.element);
  panel.ready();

  /** A name and an address that nobody vouches for are told as the guest would tell them. */
  const introduce = () => {
    const { name, email } = person ?? {};
    if (guest.chat.ticketId && !person?.hash && (name || email)) guest.client.introduce({ name, email }).catch(() => {});
  };
  guest.client.on('ready', introduce);
  guest.client.on('message', (message) => {
    if (message.senderRole !== 'guest') tell('message', { text: message.text, name: message.senderName });
  });

  const { visualViewport } = window;
  const follow = () => {
    panel.element.style.setProperty('--height', `${visualViewport.height}px`);
    panel.element.style.setProperty('--top', `${visualViewport.offsetTop}px`);
  };
  visualViewport.addEventListener('resize', follow);
  visualViewport.addEventListener('scroll', follow);
  follow();
  guest.client.start();
  return {
    show(isOpen, hasFocus) {
      panel.element.hidden = !isOpen;
      if (!isOpen) return;
      panel.ready();
      if (hasFocus) panel.focus();
    },
    identify(next) {
      person = next;
      if (next.hash) guest.identify(next);
      else introduce();
    },
    reset() {
      person = undefined;
      guest.reset();
    },
    stop: () => guest.client.stop(),
  };
}
