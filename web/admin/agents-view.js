/** Who may log in: invitations, roles, disabling, second factors. */
import { h } from '../shared/dom.js';
import { path } from './api.js';
import { confirmDialog, openDialog } from './dialog.js';
import { choice, field, isFlawless, tick } from './fields.js';
import { actions, attempt, badge, button, copyBox, emptyState, form, timeSentence } from './parts.js';

const ROLES = {
  agent: ['Agent', 'Answers guests.'],
  admin: ['Admin', 'Answers guests, and may do everything on these pages.'],
};
const TAKEN = { conflict: 'This username is taken. Please choose another.' };
const LAST = { conflict: 'This is the last admin who can log in. Make somebody else an admin first.' };

export const heading = () => ({
  title: 'Agents',
  lead: 'Who answers your guests. Each has an account of their own; nobody else ever knows the password.',
});

export const load = ({ api }) => api.get(path('agents'));

export function draw({ agents }, context) {
  const invite = button('Invite somebody', () => inviteDialog(context), { kind: 'primary', id: 'invite' });
  const others = agents.filter(({ agentId }) => agentId !== context.me.agentId);
  return [
    h('div', { class: 'bar' }, invite),
    h('ul', { class: 'rows', 'aria-label': 'Agents' }, agents.map((agent) => agentRow(agent, context))),
    others.length === 0 && emptyState('You are alone here', 'Invite those who answer with you: they get a link and choose a password.'),
  ];
}

function agentRow(agent, context) {
  const isMe = agent.agentId === context.me.agentId;
  const badges = [
    isMe && badge('you'),
    agent.role === 'admin' && badge('Admin', 'is-accent'),
    agent.disabled && badge('Disabled', 'is-warm'),
    !agent.disabled && !agent.hasPassword && badge('Invited', 'is-warm'),
    agent.hasSecondFactor && badge('Second factor', 'is-good'),
    agent.requiresSecondFactor && !agent.hasSecondFactor && badge('Has to set up a second factor'),
  ];
  return h(
    'li',
    { class: agent.disabled ? 'row is-off' : 'row', 'data-agent': agent.username },
    h(
      'div',
      { class: 'row-text' },
      h('p', { class: 'row-title' }, h('strong', {}, agent.name), badges),
      h('p', { class: 'hint' }, agent.username, linkWords(agent)),
    ),
    button('Manage', () => manageDialog(agent, context), { id: `manage-${agent.agentId}`, 'aria-label': `Manage ${agent.name}` }),
  );
}

function linkWords({ link, hasPassword }) {
  if (link) return ` · ${link.kind === 'reset' ? 'link for a new password' : 'invitation'} until ${timeSentence(link.expiresAt)}`;
  return hasPassword ? '' : ' · the invitation has expired: make another link';
}

async function inviteDialog(context) {
  const link = await openDialog({
    title: 'Invite somebody',
    fill: (close) => {
      const name = field({ label: 'Name', hint: 'Guests see it with the answers.', maxlength: '200', autocomplete: 'off', autofocus: true });
      const username = field({
        label: 'Username',
        hint: 'Only for logging in.',
        maxlength: '200',
        autocomplete: 'off',
        autocapitalize: 'none',
        spellcheck: 'false',
      });
      const role = choice({ label: 'May do', options: ROLES, value: 'agent' });
      return form({
        fields: { username, name },
        children: [name.element, username.element, role.element],
        words: 'Make the link',
        busyWords: 'Making the link…',
        special: TAKEN,
        more: [button('Cancel', () => close())],
        onsubmit: async () => {
          const mistakes = {};
          if (!name.value.trim()) mistakes.name = 'Please give a name.';
          if (!username.value.trim()) mistakes.username = 'Please choose a username.';
          if (!isFlawless({ name, username }, mistakes)) return;
          const values = { username: username.value.trim(), name: name.value.trim(), role: role.value };
          const answer = await context.api.post(path('agents'), values);
          close({ ...answer.link, name: answer.agent.name, kind: 'invite' });
        },
      });
    },
  });
  if (!link) return;
  await linkDialog(link);
  context.reload('invite');
}

/** The link is shown this once: only its hash is kept. */
function linkDialog({ url, expiresAt, name, kind }) {
  const what = kind === 'reset' ? 'choose a new password' : 'choose a password and begin';
  const mail = `mailto:?subject=${encodeURIComponent('Your account at our support desk')}&body=${encodeURIComponent(
    `Hello ${name},\n\nwith this link you ${what}. It works once, until ${timeSentence(expiresAt)}:\n\n${url}\n`,
  )}`;
  return openDialog({
    title: `A link for ${name}`,
    fill: (close) => [
      h('p', { class: 'lead' }, `Send it to ${name}, to ${what}. It works once, until ${timeSentence(expiresAt)}, and is not shown again.`),
      copyBox(url, { label: 'Link', isSecret: true }),
      actions(button('Done', () => close(), { kind: 'primary' }), h('a', { class: 'button', href: mail }, 'Write a mail')),
    ],
  });
}

async function manageDialog(agent, context) {
  const isMe = agent.agentId === context.me.agentId;
  const change = (values) => context.api.patch(path('agents', agent.agentId), values);
  const next = await openDialog({
    title: agent.name,
    fill: (close) => {
      const name = field({ label: 'Name', value: agent.name, maxlength: '200', autocomplete: 'off' });
      const role = choice({ label: 'May do', options: ROLES, value: agent.role });
      const factor = tick({
        label: 'A second factor is a must',
        hint: 'Without one, nothing works after the next login but setting it up.',
        isOn: agent.requiresSecondFactor,
      });
      const save = form({
        fields: { name },
        children: [name.element, role.element, factor.element],
        words: 'Save',
        special: LAST,
        more: [button('Cancel', () => close())],
        onsubmit: async () => {
          if (!isFlawless({ name }, name.value.trim() ? {} : { name: 'Please give a name.' })) return;
          await change({ name: name.value.trim(), role: role.value, requiresSecondFactor: factor.isOn });
          close({ say: `${name.value.trim()} is changed.` });
        },
      });
      const error = h('p', { class: 'error-line', role: 'alert', hidden: true });
      const fail = (sentence) => {
        error.hidden = false;
        error.textContent = sentence;
      };
      const act = (words, busyWords, work, kind = '') => {
        const control = button(words, () => attempt(control, busyWords, async () => close(await work()), fail, LAST), { kind });
        return control;
      };
      return [
        save,
        h('h3', {}, 'Password and access'),
        error,
        h(
          'div',
          { class: 'actions' },
          act(agent.hasPassword ? 'Link for a new password' : 'New invitation link', 'Making the link…', async () => ({
            link: (await context.api.post(path('agents', agent.agentId, 'link'))).link,
          })),
          agent.hasSecondFactor &&
            button('Remove the second factor', () => close({ confirm: 'factor' })),
          !isMe &&
            (agent.disabled
              ? act('Let in again', 'One moment…', async () => {
                  await change({ disabled: false });
                  return { say: `${agent.name} can log in again.` };
                })
              : button('Disable', () => close({ confirm: 'disable' }), { kind: 'danger' })),
        ),
      ].filter(Boolean);
    },
  });
  if (next?.link) await linkDialog({ ...next.link, name: agent.name, kind: agent.hasPassword ? 'reset' : 'invite' });
  if (next?.confirm) return confirmThen(agent, next.confirm, change, context);
  if (next?.say) context.say(next.say);
  if (next) context.reload(`manage-${agent.agentId}`);
}

const CONFIRMATIONS = {
  disable: (name) => ({
    title: `Disable ${name}?`,
    text: `${name} is logged out within a second and cannot log in again before you allow it. What ${name} wrote stays.`,
    action: 'Disable',
    done: `${name} is disabled.`,
  }),
  factor: (name) => ({
    title: `Remove the second factor of ${name}?`,
    text: 'For a lost telephone. The password alone will do then. Be sure that it is really this person who asks.',
    action: 'Remove it',
    done: `${name} logs in without a second factor now.`,
  }),
};

async function confirmThen(agent, what, change, context) {
  const { done, ...question } = CONFIRMATIONS[what](agent.name);
  const isSure = await confirmDialog(question);
  const control = document.getElementById(`manage-${agent.agentId}`);
  if (!isSure) return control?.focus();
  const work = () =>
    what === 'disable' ? change({ disabled: true }) : context.api.remove(path('agents', agent.agentId, 'second-factor'));
  const isDone = await attempt(control, 'One moment…', work, context.say, LAST);
  if (isDone) context.say(done);
  context.reload(control.id);
}
