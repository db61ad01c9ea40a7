import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guestOutbox } from './outbox.js';
import { memoryStorage } from './storage.js';

const entry = (clientId, fields) => ({ clientId, text: clientId, ticketId: 't', at: old(0), ...fields });
const ids = (outbox) => outbox.get().map(({ clientId }) => clientId);
const old = (minutes) => new Date(Date.now() - minutes * 60000).toISOString();

test('what a tab leaves behind is taken by the next one, once', () => {
  const storage = memoryStorage();
  const env = new EventTarget();
  const first = guestOutbox({ storage, env });
  first.set([entry('a'), entry('b')]);
  env.dispatchEvent(new Event('pagehide'));
  assert.deepEqual(ids(guestOutbox({ storage, env: {} })), ['a', 'b']);
  assert.deepEqual(ids(guestOutbox({ storage, env: {} })), []);
});

test('a tab that lives keeps its own, and another changes nothing of it', () => {
  const storage = memoryStorage();
  const [one, two] = [guestOutbox({ storage, env: {} }), guestOutbox({ storage, env: {} })];
  one.set([entry('a')]);
  two.set([entry('b')]);
  two.set([]);
  assert.deepEqual([ids(one), ids(two)], [['a'], []]);
  assert.equal(JSON.parse(storage.getItem('martlet.guest.outbox')).length, 1);
});

test('of a tab that died they are taken after a minute, and dropped after a week', () => {
  const storage = memoryStorage();
  guestOutbox({ storage, env: {} }).set([entry('a'), entry('b', { at: old(2) }), entry('c', { at: old(11000) })]);
  assert.deepEqual(ids(guestOutbox({ storage, env: {} })), ['b']);
});

test('what was to open a conversation goes into the one there is', () => {
  const storage = memoryStorage();
  guestOutbox({ storage, env: {} }).set([entry('a', { ticketId: null, at: old(2) })]);
  assert.equal(guestOutbox({ storage, ticketId: 'now', env: {} }).get()[0].ticketId, 'now');
});

test('a storage that is broken or full does not stop anybody', () => {
  const storage = { getItem: () => '{broken', setItem() { throw new Error('full'); } };
  const outbox = guestOutbox({ storage, env: {} });
  outbox.set([entry('a')]);
  assert.deepEqual(ids(outbox), ['a']);
});
