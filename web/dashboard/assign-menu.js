/** Whose conversation it is, and the menu that takes it, gives it to a colleague or lets it go. */
import { h, setAttribute, setChildren, setText } from '../shared/dom.js';
import { icon } from '../shared/dom.js';
import { assigneeName } from './people.js';
import { createPopover } from './popover.js';

const STATUS = { online: 'Online', away: 'Away', offline: 'Offline' };

/** `onAssign(agentId | null)`; `roster` has `inOrder`. */
export function createAssignMenu({ me, roster, onAssign }) {
  const words = h('span', { dir: 'auto' });
  const button = h('button', { type: 'button', class: 'button assignee', id: 'assignee', 'data-testid': 'assignee', 'aria-haspopup': 'true' }, words, icon('chevron'));
  const body = h('div', { class: 'popover', id: 'assign-menu', role: 'group', 'aria-label': 'Assign this conversation' });
  const popover = createPopover({ button, body, onOpen: fill });
  let ticket;

  function choice(agentId, name, status, detail) {
    const isCurrent = (ticket.assigneeId ?? null) === agentId;
    const choose = () => {
      popover.close();
      if (!isCurrent) onAssign(agentId);
    };
    return h('button', { type: 'button', class: 'popover-item', 'aria-pressed': String(isCurrent), onclick: choose },
      status && h('span', { class: 'status-dot', dataset: { status } }),
      h('span', { class: 'popover-name', dir: 'auto' }, name), h('span', { class: 'soft' }, detail ?? STATUS[status]));
  }

  function fill() {
    const others = roster.inOrder.filter(({ agentId }) => agentId !== me.userId);
    setChildren(body, [
      choice(me.userId, ticket.assigneeId === me.userId ? 'You' : 'Take it yourself', roster.statusOf(me.userId), ''),
      ...others.map(({ agentId, name, status }) => choice(agentId, name, status)),
      ticket.assigneeId && h('hr'),
      ticket.assigneeId && choice(null, 'Release', null, 'Back to Unassigned'),
    ].filter(Boolean));
  }

  return {
    element: h('div', { class: 'popover-frame' }, button, body),
    button,
    update(next, people) {
      ticket = next;
      const name = assigneeName(ticket, people);
      setText(words, name);
      setAttribute(button, 'aria-label', ticket.assigneeId ? `Assigned to ${name === 'You' ? 'you' : name}. Change` : 'Unassigned. Assign');
    },
  };
}
