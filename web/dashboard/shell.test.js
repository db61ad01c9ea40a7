import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { IDLE_AFTER, watchIdle } from './idle.js';
import { NoteBook } from './note-book.js';
import { openClaims } from './one-tab.js';
import { Search } from './search.js';
import { keepTelling } from './viewing.js';
import { DeskError } from '../shared/desk-error.js';

beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now: 0 }));
afterEach(() => mock.timers.reset());

const settle = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

test('colleagues are told what one does, again every 15 s, and when it ends', () => {
  const told = [];
  const viewing = keepTelling((...words) => told.push(words));
  viewing.update('t', 'reading');
  viewing.update('t', 'reading');
  viewing.update('t', 'writing');
  mock.timers.tick(15000);
  viewing.repeat();
  viewing.update(null, 'none');
  mock.timers.tick(60000);
  assert.deepEqual(told, [['t', 'reading'], ['t', 'writing'], ['t', 'writing'], ['t', 'writing'], ['t', 'none']]);
});

test('who touches nothing for 10 minutes is away, until the next touch', () => {
  const target = new EventTarget();
  const said = [];
  watchIdle({ onIdle: () => said.push('away'), onActive: () => said.push('online'), target });
  mock.timers.tick(IDLE_AFTER - 1);
  target.dispatchEvent(new Event('keydown'));
  mock.timers.tick(IDLE_AFTER - 1);
  assert.deepEqual(said, []);
  mock.timers.tick(1);
  target.dispatchEvent(new Event('pointermove'));
  assert.deepEqual(said, ['away', 'online']);
});

test('one tab wins by the lock, and without locks by the channel', async () => {
  const held = new Set();
  const locks = {
    request: (name, options, work) => {
      const isFree = !held.has(name);
      held.add(name);
      return work(isFree ? {} : null);
    },
  };
  const claims = [openClaims({ locks }), openClaims({ locks })];
  assert.deepEqual(await Promise.all(claims.map((claim) => claim('a'))), [true, false]);

  const channels = [];
  class Channel {
    constructor() { channels.push(this); }
    postMessage(data) { for (const other of channels) if (other !== this) other.onmessage({ data }); }
  }
  const tabs = [true, false].map((isVisible) => openClaims({ locks: null, Channel, isVisible: () => isVisible }));
  const answers = Promise.all(tabs.map((claim) => claim('b')));
  mock.timers.tick(0);
  await settle();
  mock.timers.tick(500);
  assert.deepEqual(await answers, [true, false]);
});

test('a search asks once for what was typed last, and only its answer counts', async () => {
  const asked = [];
  const search = new Search({
    client: { search: ({ query }) => new Promise((resolve) => asked.push({ query, answer: () => resolve({ hits: [query] }) })) },
    onChange: () => {},
  });
  search.type('pa');
  search.type('par');
  mock.timers.tick(120);
  search.type('parcel');
  mock.timers.tick(120);
  asked[1].answer();
  asked[0].answer();
  await settle();
  assert.deepEqual([asked.map(({ query }) => query), search.hits, search.isLoading], [['par', 'parcel'], ['parcel'], false]);
  search.type('');
  assert.deepEqual([search.isOn, search.hits], [false, []]);
});

test('a note that gets no answer is sent again with the same clientId; one that is refused stays to be edited', async () => {
  const listeners = {};
  const answers = ['disconnected', 'ok', 'too_large'];
  const sent = [];
  const client = {
    isReady: true,
    on: (name, listener) => (listeners[name] = listener),
    listNotes: async () => ({ notes: [], hasMore: false }),
    addNote: async (ticketId, text, clientId) => {
      sent.push(clientId);
      const code = answers.shift();
      if (code !== 'ok') throw new DeskError({ code, isUnanswered: code === 'disconnected' });
      return { note: { noteId: 'n', noteSeq: 1, afterSeq: 3, ticketId, text } };
    },
  };
  const book = new NoteBook({ client, onChange: () => {} });
  book.show('t');
  await book.add('t', 'hello', 3);
  assert.equal(book.of('t').pending[0].state, 'waiting');
  listeners.ready();
  await settle();
  assert.deepEqual([sent[0] === sent[1], book.of('t').pending.length, book.of('t').stored.length], [true, 0, 1]);
  await book.add('t', 'too long', 3);
  const [refused] = book.of('t').pending;
  assert.deepEqual([refused.state, refused.error.code], ['failed', 'too_large']);
  assert.equal(book.discard('t', refused.clientId), 'too long');
});
