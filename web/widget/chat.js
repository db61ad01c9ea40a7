/** The panel behind the launcher, loaded when it is opened first, or when somebody returns who has written before. */
import { unreadCount } from '../shared/conversation.js';
import { openGuest } from './guest.js';
import { createPanel } from './panel.js';
import { styles } from './styles.js';

/**
 * `root` is the launcher's shadow root, `tell(event, value)` what the page hears, `onClose()` closes the panel. What
 * the launcher has already it lends: `dress(style)` and `icon(path)`.
 * Resolves with `{show(isOpen, hasFocus), person(name, value), stop()}`; `person` calls what person.js exports.
 */
export async function start({ root, url, site, dress, icon, config, onClose, tell }) {
  const { identify } = config.person ? await import('./person.js') : {};
  const fetchMore = async () => {
    const more = await import('./more.js');
    dress(more.style);
    return more;
  };
  dress(styles.panel);
  let unread = 0;
  const guest = openGuest({ url, site });
  const { element, update, focus, ready } = createPanel({ guest, fetchMore, icon, config, onClose });
  guest.onChange = () => {
    update();
    const now = unreadCount(guest.chat.state);
    if (now !== unread) tell('unread', (unread = now));
  };
  element.hidden = true;
  element.classList.add(config.appearance.position);
  root.prepend(element);
  ready();
  guest.client.on('message', ({ senderRole, senderName, text }) => {
    if (senderRole !== 'guest') tell('message', { name: senderName, text });
  });
  const follow = () => {
    const { height, offsetTop } = visualViewport;
    element.style.cssText = `--height:${height}px;--top:${offsetTop}px`;
  };
  visualViewport.onresize = visualViewport.onscroll = follow;
  follow();
  identify?.(guest, config.person);
  guest.client.start();
  return {
    show(isOpen, hasFocus) {
      element.hidden = !isOpen;
      if (!isOpen) return;
      ready();
      if (hasFocus) focus();
    },
    person: async (name, value) => (await import('./person.js'))[name](guest, value),
    stop: () => guest.client.stop(),
  };
}
