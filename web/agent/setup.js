/** The first admin chooses name and password. The link's secret is the fragment: no log sees it. */
import { makeMarker, postJSON, showError, whileBusy } from './forms.js';
import { setupMistakes, setupProblem } from './sentences.js';

const form = document.getElementById('setup');
const error = document.getElementById('error');
const token = location.hash.slice(1);
const FIELDS = ['name', 'username', 'password', 'again'];
const mark = makeMarker(form, FIELDS);

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const [name, username, password, again] = FIELDS.map((field) => form.elements[field].value);
  const mistakes = setupMistakes({ name, username, password, again });
  showError(error, '');
  mark(mistakes);
  if (Object.keys(mistakes).length > 0) return;
  whileBusy(document.getElementById('submit'), 'Creating your account…', async () => {
    const values = { token, name: name.trim(), username: username.trim(), password };
    const { status, body } = await postJSON('/setup', values);
    if (status === 201) {
      location.replace('/agent/login?setup');
      return;
    }
    const { field, sentence, isFinal } = setupProblem({ status, error: body.error });
    if (field) mark({ [field]: sentence });
    else showError(error, sentence);
    if (isFinal) giveUp();
  });
});

/** This link leads nowhere, but perhaps the account is there already. */
function giveUp() {
  form.hidden = true;
  document.getElementById('lead').hidden = true;
  const login = document.getElementById('to-login');
  login.hidden = false;
  login.focus();
}

form.hidden = !token;
if (token) {
  form.elements.name.focus();
} else {
  showError(error, 'This link is not complete. Open it as the server printed it, with everything after the #.');
  giveUp();
}
