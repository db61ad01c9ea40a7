/** Logs in by fetch; without this script the form posts itself and comes back with `?error=`. */
import { postJSON, showError, whileBusy } from './forms.js';
import { loginSentence } from './sentences.js';

const form = document.getElementById('login');
const error = document.getElementById('error');
const codeField = document.getElementById('code-field');
const code = document.getElementById('code');
const welcome = document.getElementById('welcome');
const query = new URLSearchParams(location.search);

const WELCOMES = {
  setup: 'Your account is ready. Log in with it.',
  password: 'Your password is saved. Log in with it.',
  ended: 'Your session has ended. Please log in again.',
};

form.addEventListener('submit', (event) => {
  event.preventDefault();
  whileBusy(document.getElementById('submit'), 'Logging in…', async () => {
    showError(error, '');
    showError(welcome, '');
    const { username, password } = form.elements;
    const values = { username: username.value, password: password.value };
    if (!codeField.hidden && code.value) values.code = code.value;
    const { status, body, retryAfter } = await postJSON(form.action, values);
    if (status === 200) {
      // The fragment says which conversation was open.
      location.replace(`/agent/dashboard${location.hash}`);
      return;
    }
    const problem = body.error ?? {};
    const asksForCode = problem.code === 'totp_required';
    // Asking for the code is no mistake of the person's.
    const isFirst = asksForCode && codeField.hidden;
    showError(isFirst ? welcome : error, loginSentence({ status, code: problem.code, field: problem.field, retryAfter }));
    if (asksForCode) codeField.hidden = false;
    const field = asksForCode ? code : password;
    field.select();
    field.focus();
  });
});

if (query.has('error')) showError(error, loginSentence({ code: query.get('error') }));
for (const [name, sentence] of Object.entries(WELCOMES)) {
  if (query.has(name)) showError(welcome, sentence);
}
// A reload should not tell yesterday's news.
if (location.search) history.replaceState(null, '', location.pathname + location.hash);
