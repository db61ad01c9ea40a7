import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { assigneeName, guestName, initials } from './people.js';
import { keepRenewed, renewalDelay } from './renewal.js';
import { parseRoute, routeTo } from './route.js';

beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'Date'], now: Date.parse('2026-03-01T10:00:00Z') }));
afterEach(() => mock.timers.reset());

const settle = async () => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

test('the session is renewed at half of what is left', () => {
  assert.equal(renewalDelay('2026-03-01T12:00:00.000Z', '2026-03-01T10:00:00.000Z'), 3600000);
  assert.equal(renewalDelay('2026-03-01T10:00:01.000Z', '2026-03-01T10:00:00.000Z'), 5000);
  assert.equal(renewalDelay('2026-03-01T09:00:00.000Z', '2026-03-01T10:00:00.000Z'), 5000);
});

test('it is renewed by the clock of the server, again and again, until the login is over', async () => {
  const renewed = { status: 200, body: { expiresAt: '2026-03-01T16:00:00.000Z' } };
  const answers = [renewed, { status: 0, body: {} }, { status: 401, body: {} }];
  const posts = [];
  let ended = 0;
  const post = async (url) => {
    posts.push([url, Date.now() - Date.parse('2026-03-01T10:00:00Z')]);
    return answers.shift();
  };
  const session = { expiresAt: '2026-03-01T14:00:00.000Z', serverTime: '2026-03-01T12:00:00.000Z' };
  keepRenewed(session, { post, onEnded: () => (ended += 1) });
  for (const minutes of [60, 90, 45]) {
    mock.timers.tick(minutes * 60000);
    await settle();
  }
  assert.deepEqual(posts.map(([, time]) => time / 60000), [60, 150, 195]);
  assert.deepEqual([posts[0][0], ended], ['/agent/renew', 1]);
});

test('a stopped renewal stays stopped', async () => {
  const session = { expiresAt: '2026-03-01T11:00:00.000Z', serverTime: '2026-03-01T10:00:00.000Z' };
  const stop = keepRenewed(session, { post: assert.fail, onEnded: assert.fail });
  stop();
  mock.timers.tick(3600000);
  await settle();
});

test('a renewal that is stopped while its answer is on the way is the last one', async () => {
  const session = { expiresAt: '2026-03-01T11:00:00.000Z', serverTime: '2026-03-01T10:00:00.000Z' };
  let count = 0;
  const post = async () => ({ status: (count += 1) && 200, body: { expiresAt: '2026-03-01T12:00:00.000Z' } });
  const stop = keepRenewed(session, { post, onEnded: assert.fail });
  mock.timers.tick(1800000);
  stop();
  await settle();
  mock.timers.tick(7200000);
  await settle();
  assert.equal(count, 1);
});

test('the address says which view and which conversation', () => {
  assert.deepEqual(parseRoute(''), { view: 'open', ticketId: null });
  assert.deepEqual(parseRoute('#mine'), { view: 'mine', ticketId: null });
  assert.deepEqual(parseRoute(routeTo('closed', 'a/b c')), { view: 'closed', ticketId: 'a/b c' });
  assert.deepEqual(parseRoute('#constructor/%E0'), { view: 'open', ticketId: null });
});

test('people have names', () => {
  assert.equal(guestName({ number: 7 }), 'Guest 7');
  assert.equal(guestName({ number: 7, customerName: 'Mia' }), 'Mia');
  const people = { me: { userId: 'a' }, agents: new Map([['b', 'Ben']]) };
  const assignees = ['a', 'b', 'c', undefined].map((assigneeId) => assigneeName({ assigneeId }, people));
  assert.deepEqual(assignees, ['You', 'Ben', 'Another agent', 'Unassigned']);
  assert.equal(assigneeName({ assigneeId: 'c', assigneeName: 'Cem' }, people), 'Cem');
  assert.deepEqual(['Anna Maria Berg', 'anna', ' ', '王 小明'].map(initials), ['AB', 'A', '', '王小']);
});
