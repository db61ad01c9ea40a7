import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { openOutbox } from './outbox.js';
import { memoryStorage } from './storage.js';

const KEY = 'outbox';
const entry = (clientId, fields) => ({ clientId, text: clientId, ticketId: 't', at: old(0), ...fields });
const ids = (outbox) => outbox.get().map(({ clientId }) => clientId);
const old = (minutes) => new Date(Date.now() - minutes * 60000).toISOString();

/** The page whose events are listened to from now on. */
function newPage() {
  const page = new EventTarget();
  globalThis.addEventListener = (...listener) => page.addEventListener(...listener);
  return page;
}

/** Tabs of one browser: what one of them writes, the others hear as a `storage` event, as in a browser. */
function browser() {
  const storage = memoryStorage();
  const tabs = [];
  const open = (fields) => {
    const page = newPage();
    const seen = {
      getItem: storage.getItem,
      setItem(key, value) {
        storage.setItem(key, value);
        tell(page);
      },
    };
    tabs.push(page);
    return { page, ...withList(openOutbox({ storage: seen, key: KEY, ...fields })) };
  };
  const tell = (writer) => {
    for (const tab of tabs) if (tab !== writer) tab.dispatchEvent(Object.assign(new Event('storage'), { key: KEY }));
  };
  const close = (tab) => {
    tab.page.dispatchEvent(new Event('pagehide'));
    tabs.splice(tabs.indexOf(tab.page), 1);
  };
  const clear = () => {
    storage.removeItem(KEY);
    tell();
  };
  return { storage, open, close, clear };
}

function withList(outbox) {
  const told = [];
  outbox.subscribe(() => told.push(ids(outbox)));
  return { ...outbox, told };
}

beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1e12 }));
afterEach(() => mock.timers.reset());

test('what a tab leaves behind is taken by the next one, once', () => {
  const { open, close } = browser();
  const first = open();
  first.set([entry('a'), entry('b')]);
  close(first);
  assert.deepEqual([ids(open()), ids(open())], [['a', 'b'], []]);
});

test('what a tab leaves behind is taken by one that is there, but not while it may be a reload', () => {
  const { open, close } = browser();
  const [one, two] = [open(), open()];
  one.set([entry('a')]);
  close(one);
  mock.timers.tick(2000);
  const reloaded = open();
  mock.timers.tick(10000);
  assert.deepEqual([ids(reloaded), ids(two)], [['a'], []]);
  close(reloaded);
  mock.timers.tick(3000);
  assert.deepEqual([ids(two), two.told], [['a'], [['a']]]);
});

test('a tab that lives keeps its own, and another changes nothing of it', () => {
  const { storage, open } = browser();
  const [one, two] = [open(), open()];
  one.set([entry('a')]);
  two.set([entry('b')]);
  two.set([]);
  mock.timers.tick(10000);
  assert.deepEqual([ids(one), ids(two)], [['a'], []]);
  assert.equal(JSON.parse(storage.getItem(KEY)).length, 1);
});

test('what was sent or given up by one of two tabs waits in none', () => {
  const { open } = browser();
  const one = open();
  one.set([entry('a', { at: old(2) }), entry('b', { at: old(2) })]);
  const two = open();
  assert.deepEqual([ids(one), ids(two)], [['a', 'b'], ['a', 'b']]);
  two.set(two.get().slice(1));
  assert.deepEqual([ids(one), one.told], [['b'], [['b']]]);
});

test('of a tab that died they are taken after a minute, and dropped after a week', () => {
  const { open } = browser();
  open().set([entry('a'), entry('b', { at: old(2) }), entry('c', { at: old(11000) })]);
  assert.deepEqual(ids(open()), ['b']);
});

test('what was to open a conversation goes into the one there is', () => {
  const { open } = browser();
  open().set([entry('a', { ticketId: null, at: old(2) })]);
  assert.equal(open({ currentTicket: () => 'now' }).get()[0].ticketId, 'now');
});

test('who logs out takes them out of every tab, and no tab brings them back', () => {
  const { storage, open, close, clear } = browser();
  const tab = open();
  tab.set([entry('a')]);
  clear();
  assert.deepEqual(ids(tab), []);
  close(tab);
  assert.doesNotMatch(storage.getItem(KEY) ?? '', /"a"/);
});

test('a storage that is broken or full does not stop anybody', () => {
  const page = newPage();
  const storage = { getItem: () => '{broken', setItem() { throw new Error('full'); } };
  const outbox = openOutbox({ storage, key: KEY });
  outbox.set([entry('a')]);
  // Nothing of it lies in the storage, so nothing there can say that it is gone.
  page.dispatchEvent(Object.assign(new Event('storage'), { key: KEY }));
  assert.deepEqual(ids(outbox), ['a']);
});
