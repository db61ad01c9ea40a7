/** Tells of guests' messages by a sound and, if the agent wants them, notifications: from one tab of the browser only. */
import { guestName } from './people.js';
import { isTold, onceEach } from './notices.js';

/** `lookUp(ticketId)` is a ticket or undefined; `isShown(ticketId)`: its conversation is before the agent's eyes. */
export function startNotifier({ client, preferences, sound, claim, me, lookUp, isShown, env = globalThis }) {
  const isFirst = onceEach();

  /** A sound and a notification are claimed apart: the tab that may show one need not be allowed to sound. */
  function hear({ ticketId, seq, senderRole, text }) {
    const ticket = lookUp(ticketId);
    const news = { senderRole, assigneeId: ticket?.assigneeId };
    const mode = preferences.get('sound');
    const options = { me, isInFront: isShown(ticketId) };
    const rings = sound.isAllowed && isTold(news, { ...options, mode });
    const isShowing = preferences.get('desktop') && env.Notification?.permission === 'granted';
    const shows = isShowing && isTold(news, { ...options, mode: mode === 'off' ? 'all' : mode });
    if (!(rings || shows) || !isFirst(`${ticketId} ${seq}`)) return;
    if (rings) inOneTab(`sound.${ticketId}.${seq}`, () => sound.play());
    if (shows) inOneTab(`notice.${ticketId}.${seq}`, () => env.document.hasFocus() || notify(ticketId, ticket, text));
  }

  async function inOneTab(key, tell) {
    if (await claim(key)) tell();
  }

  function notify(ticketId, ticket, text) {
    const notification = new env.Notification(ticket ? guestName(ticket) : 'New message', { body: text, tag: ticketId });
    notification.onclick = () => {
      env.focus();
      env.location.hash = `#open/${encodeURIComponent(ticketId)}`;
      notification.close();
    };
  }

  client.on('message', hear);
  client.on('activity', ({ ticketId, lastSeq, senderRole, lastText }) => hear({ ticketId, seq: lastSeq, senderRole, text: lastText }));
  client.on('ticket', (ticket, { isNew } = {}) => {
    if (isNew && ticket.lastSeq > 0) hear({ ticketId: ticket.ticketId, seq: ticket.lastSeq, senderRole: ticket.lastSenderRole ?? 'guest', text: ticket.lastText });
  });
}
