/** What agents set for themselves: the password, the second factor, the sessions. */
import { h, icon, setChildren } from '../shared/dom.js';
import { forgetAgent } from '../shared/agent-storage.js';
import { chosenTheme, chooseTheme, THEMES } from '../shared/theme-choice.js';
import { getJSON, postJSON, sendJSON, showError, whileBusy } from './forms.js';
import { drawQR } from './qr-view.js';
import { passwordMistakes, settingsProblem } from './sentences.js';

const byId = (id) => document.getElementById(id);
const error = byId('error');
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const passwordForm = byId('password-form');
const HINTS = Object.fromEntries(
  ['current', 'password', 'again'].map((field) => [field, byId(`${field}-hint`).textContent]),
);

/** Whether a second factor has to be set up before anything else. */
let isForced = false;
let isAdmin = false;

async function start() {
  const [me, factor] = await Promise.all([getJSON('/agent/me'), getJSON('/agent/api/second-factor')]);
  if (!isFine(me) || !isFine(factor)) return;
  const { name, username, role } = me.body.agent;
  isAdmin = role === 'admin';
  passwordForm.elements.username.value = username;
  byId('lead').textContent = `${name}, logged in as ${username}.`;
  isForced = factor.body.required && !factor.body.enabled;
  byId('factor-section').hidden = false;
  showFactor(factor.body);
  showRest();
}

function showRest() {
  byId('back').hidden = isForced;
  byId('to-admin').hidden = isForced || !isAdmin;
  byId('look-section').hidden = isForced;
  byId('password-section').hidden = isForced;
  byId('sessions-section').hidden = isForced;
  if (!isForced) listSessions();
}

/** False, and said on the page, if the server refused. */
function isFine({ status, body, retryAfter }) {
  if (status === 401) location.replace('/agent/login?ended');
  const isGood = status >= 200 && status < 300;
  showError(error, isGood ? '' : settingsProblem({ status, error: body.error, retryAfter }).sentence);
  return isGood;
}

// The second factor

function showFactor(state) {
  const children = state.enabled ? enabledFactor(state) : missingFactor();
  setChildren(byId('factor'), children);
}

function enabledFactor({ required, recoveryCodesLeft }) {
  const left = recoveryCodesLeft === 1 ? '1 recovery code is left.' : `${recoveryCodesLeft} recovery codes are left.`;
  const buttons = [h('button', { class: 'button', type: 'button', onclick: () => ask(newCodes) }, 'New recovery codes')];
  if (!required) {
    buttons.push(h('button', { class: 'button quiet', type: 'button', onclick: () => ask(remove) }, 'Turn it off'));
  }
  return [
    h('p', { class: 'state' }, icon('check'), 'It is on. Logging in needs a code.'),
    h('p', { class: 'hint' }, left, required ? ' Your admin has made it a must.' : ''),
    h('div', { class: 'actions' }, buttons),
  ];
}

function missingFactor() {
  const lead = isForced
    ? 'Your admin has made a second factor a must. Set it up, and go on.'
    : 'A code from an app on your telephone, asked for besides the password.';
  if (isForced) return [h('p', { class: 'lead' }, lead), ...passwordStep(setUp)];
  return [
    h('p', { class: 'lead' }, lead),
    h('div', { class: 'actions' }, h('button', { class: 'button primary', type: 'button', onclick: () => ask(setUp) }, 'Set it up')),
  ];
}

/** Each change asks for the password first. */
const setUp = { url: '/agent/api/second-factor', words: 'Go on', then: tryOut };
const newCodes = {
  url: '/agent/api/second-factor/recovery-codes',
  words: 'Make new codes',
  lead: 'The codes you have work no more.',
  then: showCodes,
};
const remove = {
  url: '/agent/api/second-factor/remove',
  words: 'Turn it off',
  lead: 'Your password alone will do then.',
  then: showFactor,
};

function ask(change) {
  setChildren(byId('factor'), passwordStep(change));
  byId('factor').querySelector('input').focus();
}

function passwordStep({ url, words, lead, then }) {
  return [
    lead && h('p', { class: 'lead' }, lead),
    stepForm({
      label: 'Your password',
      input: { type: 'password', name: 'password', autocomplete: 'current-password' },
      words,
      send: (current) => postJSON(url, { current }),
      then,
    }),
  ].filter(Boolean);
}

function tryOut({ key, uri, setup }) {
  const picture = drawQR(uri);
  const spaced = key.replace(/(.{4})(?=.)/g, '$1 ');
  const words = picture
    ? 'Scan this with an authenticator app, or type the key into it.'
    : 'Type this key into an authenticator app.';
  setChildren(byId('factor'), [
    h('div', { class: picture ? 'steps' : '' }, picture, h('div', {}, h('p', {}, words), h('span', { class: 'key', 'data-testid': 'key' }, spaced))),
    stepForm({
      label: 'The code it shows',
      input: { class: 'code', name: 'code', inputmode: 'numeric', autocomplete: 'one-time-code', maxlength: '7' },
      words: 'Turn it on',
      send: (code) => postJSON('/agent/api/second-factor/confirm', { setup, code }),
      then: showCodes,
    }),
  ]);
  byId('factor').querySelector('input').focus();
}

function showCodes({ recoveryCodes }) {
  const done = async () => {
    const factor = await getJSON('/agent/api/second-factor');
    if (!isFine(factor)) return;
    if (isForced) location.replace('/agent/dashboard');
    else showFactor(factor.body);
  };
  const heading = h('p', { class: 'state', tabindex: '-1' }, icon('check'), 'Keep these recovery codes');
  setChildren(byId('factor'), [
    heading,
    h('p', { class: 'lead' }, 'Each lets you in once if your telephone is lost. They are not shown again.'),
    h('ul', { class: 'codes', 'data-testid': 'codes' }, recoveryCodes.map((code) => h('li', {}, code))),
    h('div', { class: 'actions' }, h('button', { class: 'button primary', type: 'button', onclick: done }, 'I have kept them')),
  ]);
  heading.focus();
}

/** A form of one field. */
function stepForm({ label, input, words, send, then }) {
  const hint = h('p', { class: 'hint', id: 'step-hint', role: 'alert' });
  const field = h('input', { id: 'step', required: true, 'aria-describedby': 'step-hint', ...input });
  const button = h('button', { class: 'button primary' }, words);
  const cancel = h('button', { class: 'button quiet', type: 'button', onclick: start }, 'Cancel');
  const submit = (event) => {
    event.preventDefault();
    whileBusy(button, 'One moment…', async () => {
      const answer = await send(field.value);
      if (answer.status === 401) return isFine(answer);
      if (answer.status === 200) return then(answer.body);
      const { sentence } = settingsProblem({ ...answer, error: answer.body.error });
      hint.textContent = sentence;
      hint.classList.add('is-mistake');
      field.setAttribute('aria-invalid', 'true');
      field.select();
      field.focus();
    });
  };
  return h(
    'form',
    { class: 'form', novalidate: true, onsubmit: submit },
    h('div', { class: 'field' }, h('label', { for: 'step' }, label), field, hint),
    h('div', { class: 'actions' }, button, isForced ? null : cancel),
  );
}

// The theme

function themeChoice([theme, words]) {
  const isChosen = theme === chosenTheme();
  const radio = h('input', { type: 'radio', name: 'theme', value: theme, checked: isChosen, onchange: () => chooseTheme(theme) });
  return h('label', { class: 'theme' }, radio, words);
}

byId('themes').append(h('div', { class: 'theme-row' }, Object.entries(THEMES).map(themeChoice)));

// The password

passwordForm.addEventListener('submit', (event) => {
  event.preventDefault();
  const { current, password, again } = passwordForm.elements;
  const mistakes = passwordMistakes({ current: current.value, password: password.value, again: again.value });
  showError(byId('password-done'), '');
  mark(mistakes);
  if (Object.keys(mistakes).length > 0) return;
  whileBusy(byId('password-submit'), 'Changing…', async () => {
    const answer = await postJSON('/agent/api/password', { current: current.value, password: password.value });
    if (answer.status === 200) {
      for (const field of [current, password, again]) field.value = '';
      showError(byId('password-done'), 'Your password is changed. Other sessions have ended.');
      return listSessions();
    }
    const { field, sentence } = settingsProblem({ ...answer, error: answer.body.error });
    if (field) mark({ [field]: sentence });
    else isFine(answer);
  });
});

function mark(mistakes) {
  for (const [field, words] of Object.entries(HINTS)) {
    const hint = byId(`${field}-hint`);
    hint.textContent = mistakes[field] ?? words;
    hint.classList.toggle('is-mistake', field in mistakes);
    passwordForm.elements[field].setAttribute('aria-invalid', String(field in mistakes));
  }
  passwordForm.elements[Object.keys(HINTS).find((field) => field in mistakes)]?.focus();
}

// The sessions

async function listSessions() {
  const answer = await getJSON('/agent/api/sessions');
  if (!isFine(answer)) return;
  const { sessions } = answer.body;
  setChildren(byId('sessions'), sessions.sort((a, b) => b.current - a.current).map(sessionRow));
  byId('end-others').hidden = sessions.length < 2;
}

function sessionRow({ sessionId, browser, createdAt, lastUsedAt, current }) {
  const name = browser ?? 'Unknown browser';
  const used = current ? 'in use now' : `last used ${moment.format(new Date(lastUsedAt))}`;
  const end = h('button', { class: 'button', type: 'button', 'aria-label': `End the session of ${name}` }, 'End');
  end.addEventListener('click', () =>
    whileBusy(end, 'Ending…', async () => {
      const answer = await sendJSON('DELETE', `/agent/api/sessions/${encodeURIComponent(sessionId)}`);
      // One that has ended already is as it should be.
      if (answer.status === 404 || isFine(answer)) await listSessions();
    }),
  );
  return h(
    'li',
    { class: 'session' },
    h(
      'div',
      {},
      h('strong', {}, name),
      current && h('span', { class: 'here' }, 'this one'),
      h('p', { class: 'hint' }, `Since ${moment.format(new Date(createdAt))}, ${used}`),
    ),
    current ? null : end,
  );
}

byId('end-others').addEventListener('click', () =>
  whileBusy(byId('end-others'), 'Ending…', async () => {
    if (isFine(await sendJSON('DELETE', '/agent/api/sessions'))) await listSessions();
  }),
);
byId('logout').addEventListener('submit', () => forgetAgent());

start();
