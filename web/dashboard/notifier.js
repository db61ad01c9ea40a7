/** Tells of guests' messages by a sound and, if the agent wants them, notifications: from one tab of the browser only. */
import { guestName } from './people.js';
import { isTold, onceEach } from './notices.js';

/** `lookUp(ticketId)` is a ticket or undefined; `isShown(ticketId)`: its conversation is before the agent's eyes. */
export function startNotifier({ client, preferences, sound, claim, me, lookUp, isShown, env = globalThis }) {
  const isFirst = onceEach();

  async function hear({ ticketId, seq, senderRole, text }) {
    const ticket = lookUp(ticketId);
    const news = { senderRole, assigneeId: ticket?.assigneeId };
    const mode = preferences.get('sound');
    const options = { me, isInFront: isShown(ticketId) };
    const rings = isTold(news, { ...options, mode });
    const shows = preferences.get('desktop') && isTold(news, { ...options, mode: mode === 'off' ? 'all' : mode });
    if (!(rings || shows) || !isFirst(`${ticketId} ${seq}`)) return;
    if (!(await claim(`news.${ticketId}.${seq}`))) return;
    if (rings) sound.play();
    if (shows && env.Notification?.permission === 'granted' && !env.document.hasFocus()) notify(ticketId, ticket, text);
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
