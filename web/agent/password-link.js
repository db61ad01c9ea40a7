/** Somebody invited, or who lost the password, chooses one. The link's secret is the fragment: no log sees it. */
import { makeMarker, postJSON, showError, whileBusy } from './forms.js';
import { linkMistakes, linkProblem, linkWelcome } from './sentences.js';

const byId = (id) => document.getElementById(id);
const form = byId('password-form');
const error = byId('error');
const token = location.hash.slice(1);
const FIELDS = ['password', 'again'];
const mark = makeMarker(form, FIELDS);

async function start() {
  showError(error, '');
  byId('again-button').hidden = true;
  if (!token) return giveUp('This link is not complete. Open it as you got it, with everything after the #.');
  const { status, body, retryAfter } = await postJSON('/password-link/check', { token });
  if (status !== 200) return refuse({ status, error: body.error, retryAfter });
  const { title, lead } = linkWelcome(body);
  byId('title').textContent = title;
  byId('lead').textContent = lead;
  form.elements.username.value = body.username;
  form.hidden = false;
  form.elements.password.focus();
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const [password, again] = FIELDS.map((field) => form.elements[field].value);
  const mistakes = linkMistakes({ password, again });
  showError(error, '');
  mark(mistakes);
  if (Object.keys(mistakes).length > 0) return;
  whileBusy(byId('submit'), 'Saving…', async () => {
    const { status, body, retryAfter } = await postJSON('/password-link', { token, password });
    if (status === 200) return location.replace('/agent/login?password');
    refuse({ status, error: body.error, retryAfter });
  });
});

function refuse(answer) {
  const { field, sentence, isFinal } = linkProblem(answer);
  if (field) return mark({ [field]: sentence });
  if (isFinal) return giveUp(sentence);
  showError(error, sentence);
  if (!form.hidden) return;
  byId('title').textContent = 'Not yet';
  byId('again-button').hidden = false;
}

/** This link leads nowhere, but perhaps the password is chosen already. */
function giveUp(sentence) {
  form.hidden = true;
  byId('title').textContent = 'This link does not work';
  byId('lead').textContent = '';
  showError(error, sentence);
  byId('to-login').hidden = false;
  byId('to-login').focus();
}

byId('again-button').addEventListener('click', start);
start();
