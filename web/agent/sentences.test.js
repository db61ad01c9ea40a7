import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loginSentence, linkMistakes, linkProblem, linkWelcome, passwordMistakes, settingsProblem, setupMistakes, setupProblem } from './sentences.js';

test('a refused login is explained, by status or by the code in the address', () => {
  assert.equal(loginSentence({ status: 401, code: 'unauthorized' }), loginSentence({ code: 'unauthorized' }));
  assert.match(loginSentence({ status: 401, code: 'totp_required' }), /your code too/);
  assert.match(loginSentence({ status: 401, code: 'totp_required', field: 'code' }), /not right/);
  assert.match(loginSentence({ status: 429, retryAfter: 30 }), /30 seconds/);
  assert.match(loginSentence({ status: 429, retryAfter: 900 }), /15 minutes/);
  assert.match(loginSentence({ status: 0 }), /cannot be reached/);
  assert.match(loginSentence({ code: 'nonsense' }), /try again/);
});

test('what is wrong with the setup stands beside its field', () => {
  const good = { name: 'Anna', username: 'anna', password: 'ten letters', again: 'ten letters' };
  assert.deepEqual(setupMistakes(good), {});
  const mistakes = setupMistakes({ name: ' ', username: '', password: 'short', again: '' });
  assert.deepEqual(Object.keys(mistakes), ['name', 'username', 'password']);
  assert.deepEqual(Object.keys(setupMistakes({ ...good, again: 'other' })), ['again']);
  assert.deepEqual(Object.keys(setupMistakes({ ...good, password: '123456789', again: '123456789' })), ['password']);
});

test('a refused setup names the field, or ends the page', () => {
  assert.equal(setupProblem({ status: 409, error: { code: 'conflict' } }).field, 'username');
  assert.equal(setupProblem({ status: 400, error: { code: 'invalid', field: 'password' } }).field, 'password');
  assert.equal(setupProblem({ status: 400, error: { code: 'invalid', field: 'token' } }).field, undefined);
  assert.equal(setupProblem({ status: 404 }).isFinal, true);
});

test('a refused setting stands beside its field, if there is one', () => {
  const invalid = (field) => settingsProblem({ status: 400, error: { code: 'invalid', field } });
  assert.equal(invalid('current').field, 'current');
  assert.equal(invalid('password').field, 'password');
  assert.match(invalid('code').sentence, /clock/);
  assert.match(settingsProblem({ status: 429, retryAfter: 8 }).sentence, /8 seconds/);
  assert.match(settingsProblem({ status: 500 }).sentence, /try again/);
  assert.deepEqual(passwordMistakes({ current: 'x', password: 'ten letters', again: 'ten letters' }), {});
  const mistakes = passwordMistakes({ current: '', password: 'ten letters', again: 'other' });
  assert.deepEqual(Object.keys(mistakes), ['current', 'again']);
});

test('a password link welcomes by name, and says what to do when it leads nowhere', () => {
  assert.match(linkWelcome({ name: 'Ada', kind: 'invite' }).title, /Welcome, Ada/);
  assert.match(linkWelcome({ name: 'Ada', kind: 'reset' }).lead, /Ada/);
  assert.equal(linkProblem({ status: 404 }).isFinal, true);
  assert.match(linkProblem({ status: 404 }).sentence, /ask your admin/);
  assert.equal(linkProblem({ status: 400, error: { code: 'invalid', field: 'password' } }).field, 'password');
  assert.equal(linkProblem({ status: 400, error: { code: 'invalid', field: 'token' } }).isFinal, true);
  assert.match(linkProblem({ status: 429, retryAfter: 8 }).sentence, /8 seconds/);
  assert.match(linkProblem({ status: 0 }).sentence, /cannot be reached/);
  assert.deepEqual(Object.keys(linkMistakes({ password: 'short', again: '' })), ['password']);
});
