/**
 * The private notes of a conversation as a value, and their places in its timeline. `pending` are own ones that are not
 * stored: `{clientId, text, at, afterSeq, state: "waiting" | "failed", error?}`.
 */
export const noNotes = { stored: [], pending: [], isLoaded: false };

export function withNotes(notes, added) {
  const known = new Set(notes.stored.map((note) => note.noteId));
  const fresh = added.filter((note) => !known.has(note.noteId) && known.add(note.noteId));
  const pending = notes.pending.filter((entry) => !added.some((note) => note.clientId && note.clientId === entry.clientId));
  if (!fresh.length && pending.length === notes.pending.length) return notes;
  const stored = [...notes.stored, ...fresh].sort((a, b) => a.noteSeq - b.noteSeq);
  return { ...notes, stored, pending };
}

export const withPendingNote = (notes, entry) => ({ ...notes, pending: [...notes.pending, { ...entry, state: 'waiting' }] });

export const withNoteState = (notes, clientId, state, error) => ({
  ...notes,
  pending: notes.pending.map((entry) => (entry.clientId === clientId ? { ...entry, state, error } : entry)),
});

export const withoutPendingNote = (notes, clientId) => ({
  ...notes,
  pending: notes.pending.filter((entry) => entry.clientId !== clientId),
});

/** The last noteSeq up to which none is missing. */
export function contiguousNoteSeq({ stored }) {
  let seq = 0;
  for (const note of stored) if (note.noteSeq === seq + 1) seq += 1;
  return seq;
}

/** `rows` of timeline.js with each note after the message it follows; not those of messages that are not here yet. */
export function withNoteRows(rows, notes, start) {
  const own = notes.pending.map((entry) => ({ ...entry, timestamp: entry.at, noteId: entry.clientId, isOwn: true }));
  const all = [...notes.stored, ...own].filter((note) => start <= 1 || note.afterSeq >= start);
  if (!all.length) return rows;
  const result = [...rows];
  for (const note of all) {
    let at = result.findIndex((row) => (row.kind === 'message' && !(row.seq <= note.afterSeq)) || row.afterSeq > note.afterSeq);
    if (at < 0) at = result.length;
    while (at > 0 && (result[at - 1].kind === 'day' || result[at - 1].kind === 'unread') && result[at]) at -= 1;
    result.splice(at, 0, noteRow(note));
  }
  return result.map((row, index) => parted(row, result[index - 1], result[index + 1]));
}

function noteRow({ noteId, clientId, afterSeq, authorId, authorName, text, timestamp, state = 'stored', error, isOwn }) {
  const key = `note ${clientId ?? noteId}`;
  return { kind: 'note', key, noteId, clientId, afterSeq, authorId, authorName, text, timestamp, state, error, isOwn };
}

/** A message beside a note begins or ends a group. */
function parted(row, before, after) {
  if (row.kind !== 'message') return row;
  const isContinued = row.isContinued && before?.kind === 'message';
  return { ...row, isContinued, isEnd: row.isEnd || after?.kind === 'note' };
}
