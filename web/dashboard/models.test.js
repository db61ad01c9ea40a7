import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { filled, firstPlace, matchingReplies, slashQuery } from './canned.js';
import { draftKey, draftsIn } from './drafts.js';
import { excerptParts } from './excerpt.js';
import { heldOrder } from './held-order.js';
import { isTold, onceEach } from './notices.js';
import { noNotes, withNoteRows, withNotes, withPendingNote } from './notes.js';
import { openPreferences } from './preferences.js';
import { SHORTCUTS, commandOf } from './shortcuts.js';
import { asPage, asText, readConversation, transcriptEntries } from './transcript.js';
import { troubleSentence } from './trouble.js';
import { withUnreadRow } from './unread-row.js';
import { viewersLine, withViewer, withoutExpired } from './viewers.js';
import { rowsInView, scrollToRow } from './virtual-rows.js';
import { waitedFor } from './waited.js';
import { memoryStorage } from '../shared/storage.js';
import { storedValue } from '../shared/stored-value.js';

describe('rows', () => {
  test('are drawn where they are seen, and some more', () => {
    const size = { viewHeight: 800, rowHeight: 80, count: 10000, spare: 5 };
    assert.deepEqual(rowsInView({ ...size, scrollTop: 0 }), { first: 0, last: 15 });
    assert.deepEqual(rowsInView({ ...size, scrollTop: 80000 }), { first: 995, last: 1015 });
    assert.deepEqual(rowsInView({ ...size, scrollTop: 1e9 }), { first: 9999, last: 10000 });
    assert.deepEqual(rowsInView({ ...size, scrollTop: -30, count: 0 }), { first: 0, last: 0 });
  });

  test('are scrolled to as little as possible', () => {
    const place = { scrollTop: 100, viewHeight: 300, rowHeight: 50 };
    assert.deepEqual([0, 2, 5, 8].map((index) => scrollToRow(index, place)), [0, 100, 100, 150]);
  });

  test('keep their order while somebody points at them', () => {
    const held = ['a', 'b', 'c'];
    assert.deepEqual(heldOrder(null, held), { ids: held, news: 0 });
    assert.deepEqual(heldOrder(held, held), { ids: held, news: 0 });
    assert.deepEqual(heldOrder(held, ['c', 'a', 'b']), { ids: held, news: 1 });
    assert.deepEqual(heldOrder(held, ['x', 'a', 'b', 'c']), { ids: held, news: 1 });
    assert.deepEqual(heldOrder(held, ['a', 'c']), { ids: held, news: 1 });
    assert.deepEqual(heldOrder(held, []), { ids: held, news: 1 });
    // The next page comes after the last row and moves none.
    assert.deepEqual(heldOrder(held, ['a', 'b', 'c', 'd', 'e']), { ids: [...held, 'd', 'e'], news: 0 });
  });

  test('say how long somebody has waited', () => {
    const now = Date.parse('2026-03-03T12:00:00Z');
    const ago = (minutes) => new Date(now - minutes * 60000).toISOString();
    assert.deepEqual([0.5, 5, 125, 60 * 50].map((minutes) => waitedFor(ago(minutes), now)), ['', '5 min', '2 h', '2 d']);
    assert.equal(waitedFor(undefined, now), '');
  });
});

describe('canned replies', () => {
  const replies = [
    { title: 'Shipping', text: 'One to two days.' },
    { title: 'Größe', text: 'Please see our table.' },
    { title: 'Greeting', text: 'Hello {{name}}, about {{ Order }}' },
  ];
  const titles = (query) => matchingReplies(replies, query).map((reply) => reply.title);

  test('open at a slash that begins a word', () => {
    assert.deepEqual(slashQuery('/', 1), { start: 0, query: '' });
    assert.deepEqual(slashQuery('Hello /gre', 10), { start: 6, query: 'gre' });
    for (const text of ['and/or', 'https://', '/a/b', 'no']) assert.equal(slashQuery(text, text.length), null);
  });

  test('are found by title, then by text, without accents', () => {
    assert.deepEqual(titles('gr'), ['Greeting', 'Größe']);
    assert.deepEqual(titles('grosse'), []);
    assert.deepEqual(titles('große'), ['Größe']);
    assert.deepEqual(titles('days'), ['Shipping']);
    assert.equal(titles('').length, 3);
  });

  test('are filled with what is known, and say what is not', () => {
    const text = filled(replies[2].text, { name: 'Mia', order: '' });
    assert.equal(text, 'Hello Mia, about {{ Order }}');
    assert.deepEqual(firstPlace(text), { text: '{{ Order }}', start: 17, end: 28 });
    assert.equal(firstPlace('{ no } place {{'), null);
  });
});

test('each conversation has a draft for the answer and one for the note', () => {
  const drafts = draftsIn(storedValue(memoryStorage(), 'drafts', {}));
  drafts.set(draftKey('t', 'reply'), 'to the guest');
  drafts.set(draftKey('t', 'note'), 'to us');
  assert.deepEqual([draftKey('t', 'reply'), draftKey('t', 'note'), draftKey('u', 'note')].map(drafts.get), ['to the guest', 'to us', '']);
});

describe('keys', () => {
  const state = { isTyping: false, hasDialog: false, hasSingleKeys: true };
  const press = (key, more = {}, where = {}) => commandOf({ key, ...more }, { ...state, ...where });

  test('do what the list says, outside of text fields', () => {
    for (const { keys, name } of SHORTCUTS) assert.equal(press(keys[0]), name);
    assert.equal(press('j', {}, { isTyping: true }), null);
    assert.equal(press('e', {}, { hasSingleKeys: false }), null);
    assert.equal(press('e', {}, { hasDialog: true }), null);
    assert.equal(press('e', { repeat: true }), null);
  });

  test('never take Alt, and open the palette from everywhere', () => {
    assert.equal(press('e', { altKey: true }), null);
    assert.equal(press('k', { ctrlKey: true, altKey: true }), null);
    for (const key of ['ctrlKey', 'metaKey']) assert.equal(press('k', { [key]: true }, { isTyping: true, hasSingleKeys: false }), 'palette');
    assert.equal(press('c', { ctrlKey: true }), null);
  });
});

test('preferences hold only what can be chosen', () => {
  const storage = memoryStorage();
  const open = () => openPreferences(storage, new EventTarget());
  open().set('enter', 'newline');
  assert.equal(open().get('enter'), 'newline');
  storage.setItem('martlet.preferences', '{"enter":"shout"}');
  assert.equal(open().get('enter'), 'send');
});

test('preferences follow those of another tab', () => {
  const [storage, target, heard] = [memoryStorage(), new EventTarget(), []];
  const preferences = openPreferences(storage, target);
  preferences.subscribe(() => heard.push(preferences.get('sound')));
  storage.setItem('martlet.preferences', '{"sound":"off"}');
  target.dispatchEvent(Object.assign(new Event('storage'), { key: 'another' }));
  target.dispatchEvent(Object.assign(new Event('storage'), { key: 'martlet.preferences' }));
  preferences.set('enter', 'newline');
  assert.deepEqual(heard, ['off', 'off']);
});

describe('notes', () => {
  const message = (seq, more) => ({ kind: 'message', key: `m${seq}`, seq, isContinued: seq > 1, isEnd: seq > 1, ...more });
  const rows = [{ kind: 'day', key: 'day' }, message(1), message(2)];
  const note = (noteSeq, afterSeq, more) => ({ noteId: `n${noteSeq}`, noteSeq, afterSeq, text: 'x', timestamp: '', ...more });
  const keys = (notes, start = 1, from = rows) => withNoteRows(from, notes, start).map((row) => row.key);

  test('stand after the message they follow', () => {
    const notes = withNotes(noNotes, [note(2, 2), note(1, 1), note(3, 0)]);
    assert.deepEqual(keys(notes), ['note n3', 'day', 'm1', 'note n1', 'm2', 'note n2'].sort(() => 0));
    assert.deepEqual(keys(notes, 2, [rows[0], message(2)]), ['day', 'm2', 'note n2']);
  });

  test('part the group of messages they stand in', () => {
    const [, first, , second] = withNoteRows(rows, withNotes(noNotes, [note(1, 1)]), 1);
    assert.deepEqual([first.isEnd, second.isContinued], [true, false]);
  });

  test('are there once, whether the ack or the event comes first', () => {
    const pending = withPendingNote(noNotes, { clientId: 'c', text: 'x', at: '', afterSeq: 1 });
    const stored = withNotes(pending, [note(1, 1, { clientId: 'c' })]);
    assert.deepEqual([stored.pending.length, stored.stored.length], [0, 1]);
    assert.equal(withNotes(stored, [note(1, 1, { clientId: 'c' })]), stored);
  });
});

test('a line parts what was read from what is new', () => {
  const rows = [{ kind: 'message', seq: 1 }, { kind: 'day' }, { kind: 'message', seq: 2, isContinued: true }];
  assert.deepEqual(withUnreadRow(rows, 2).map((row) => row.kind), ['message', 'unread', 'day', 'message']);
  assert.equal(withUnreadRow(rows, Infinity), rows);
});

test('those who look at a conversation are named, who answers first, and forgotten after 30 s', () => {
  const at = (viewers, userId, state) => withViewer(viewers, { userId, name: userId, state }, 0);
  const three = ['Ada', 'Cy', 'Dee'].reduce((viewers, name) => at(viewers, name, 'reading'), []);
  assert.deepEqual(viewersLine(three), { text: 'Ada, Cy and Dee are looking at this', isWarning: false });
  const writing = viewersLine(at(three, 'Cy', 'writing'));
  assert.deepEqual(writing, { text: 'Cy is answering · Ada and Dee are looking at this', isWarning: true });
  assert.equal(at(three, 'Ada', 'none').length, 2);
  assert.deepEqual([withoutExpired(three, 29999).length, withoutExpired(three, 30000).length], [3, 0]);
});

test('an excerpt is cut at its hits, whatever the ranges are', () => {
  const marked = excerptParts('my parcel is late', [[3, 9], [13, 17]]);
  assert.deepEqual(marked.filter((part) => part.isHit).map((part) => part.text), ['parcel', 'late']);
  for (const ranges of [[[5, 2]], [[0, 99]], [[-1, 3]], [['a', 3]], undefined]) {
    assert.equal(excerptParts('whole', ranges).map((part) => part.text).join(''), 'whole');
  }
});

test('a guest is told by a sound as the agent chose, once', () => {
  const told = (mode, assigneeId, more = {}) => isTold({ senderRole: 'guest', assigneeId, ...more }, { mode, me: 'a', isInFront: more.isInFront });
  assert.deepEqual([told('all'), told('all', 'b'), told('assigned', 'a'), told('assigned', 'b'), told('off', 'a')], [true, true, true, false, false]);
  assert.equal(told('all', 'a', { senderRole: 'agent' }), false);
  assert.equal(told('all', 'a', { isInFront: true }), false);
  const isFirst = onceEach(2);
  assert.deepEqual(['x', 'x', 'y', 'z', 'x'].map(isFirst), [true, false, true, true, true]);
});

describe('a transcript', () => {
  const format = { full: (time) => time };
  const messages = [
    { seq: 1, senderRole: 'guest', senderName: '', text: '<b>Hi</b>', timestamp: 't1' },
    { seq: 2, senderRole: 'agent', senderName: 'Ada', text: 'Hello', timestamp: 't2' },
  ];
  const notes = [{ noteSeq: 1, afterSeq: 1, authorName: 'Ben', text: 'secret', timestamp: 't3' }];

  test('holds notes only where they are asked for', () => {
    const entries = (hasNotes) => transcriptEntries({ messages, notes }, { guestName: 'Mia', hasNotes }).map((entry) => entry.text);
    assert.deepEqual(entries(true), ['<b>Hi</b>', 'secret', 'Hello']);
    assert.deepEqual(entries(false), ['<b>Hi</b>', 'Hello']);
  });

  test('is text as it was written, and a page in which text is text', () => {
    const entries = transcriptEntries({ messages, notes }, { guestName: 'Mia', hasNotes: true });
    assert.match(asText('Title', entries, format), /^Title\n\nMia, t1\n<b>Hi<\/b>\n\nBen \(private note\), t3\nsecret/);
    assert.ok(!asPage('<x>', entries, format).includes('<b>'));
    assert.match(asPage('Title', entries, format), /&#60;b&#62;Hi/);
  });

  test('is read to the end, page by page', async () => {
    const client = {
      history: async (_, { afterSeq }) => ({ ticket: {}, messages: messages.slice(afterSeq, afterSeq + 1), hasMore: afterSeq === 0 }),
      listNotes: async (_, after) => ({ notes: after ? [] : notes, hasMore: true }),
    };
    const whole = await readConversation(client, 't');
    assert.deepEqual([whole.messages.length, whole.notes.length], [2, 1]);
  });
});

test('asked for patience, the sentence counts down', () => {
  const error = { code: 'rate_limited', until: 10000 };
  assert.match(troubleSentence(error, 7000), /in 3 seconds\.$/);
  assert.match(troubleSentence(error, 9500), /in 1 second\.$/);
  assert.match(troubleSentence({ ...error, until: 300000 }, 0), /in 5 minutes\.$/);
});
