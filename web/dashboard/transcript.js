/** A conversation as a file, made here from what the server tells. An agent's may hold the notes. */

/** All messages and notes of a ticket. */
export async function readConversation(client, ticketId) {
  const messages = [];
  const notes = [];
  let ticket;
  let hasMore = true;
  while (hasMore) {
    const page = await client.history(ticketId, { afterSeq: messages.at(-1)?.seq ?? 0, limit: 200 });
    ticket = page.ticket;
    messages.push(...page.messages);
    hasMore = page.hasMore && page.messages.length > 0;
  }
  for (let more = true; more; ) {
    const page = await client.listNotes(ticketId, notes.at(-1)?.noteSeq ?? 0);
    notes.push(...page.notes);
    more = page.hasMore && page.notes.length > 0;
  }
  return { ticket, messages, notes };
}

/** Messages and notes in one row, each as `{kind, name, text, timestamp}`. */
export function transcriptEntries({ messages, notes }, { guestName, hasNotes }) {
  const rest = hasNotes ? [...notes] : [];
  const entries = [];
  const takeNotes = (seq) => {
    while (rest.length && rest[0].afterSeq < seq) {
      const { authorName: name, text, timestamp } = rest.shift();
      entries.push({ kind: 'note', name, text, timestamp });
    }
  };
  rest.sort((a, b) => a.noteSeq - b.noteSeq);
  for (const { seq, senderRole, senderName, text, timestamp } of messages) {
    takeNotes(seq);
    const isGuest = senderRole === 'guest';
    entries.push({ kind: isGuest ? 'guest' : 'agent', name: isGuest ? guestName : senderName, text, timestamp });
  }
  takeNotes(Infinity);
  return entries;
}

const headOf = ({ kind, name, timestamp }, format) => `${name}${kind === 'note' ? ' (private note)' : ''}, ${format.full(timestamp)}`;

export const asText = (title, entries, format) =>
  [title, ...entries.map((entry) => `${headOf(entry, format)}\n${entry.text}`)].join('\n\n') + '\n';

export function asPage(title, entries, format) {
  const style =
    'body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem;color:#1c2731}' +
    'h1{font-weight:500}dt{margin-top:1.25rem;color:#57616b;font-size:.875rem}dd{margin:0;white-space:pre-wrap}' +
    '.note{background:#fbf1cf;padding:.5rem .75rem;border-radius:.5rem}';
  const rows = entries.map((entry) => `<dt>${safe(headOf(entry, format))}</dt><dd dir="auto" class="${entry.kind}">${safe(entry.text)}</dd>`);
  return [
    '<!doctype html>', '<html lang="en"><head><meta charset="utf-8">', `<title>${safe(title)}</title><style>${style}</style></head>`,
    `<body><h1>${safe(title)}</h1><dl>`, ...rows, '</dl></body></html>', '',
  ].join('\n');
}

const safe = (text) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** Offers a text as a file of this name. */
export function download(name, text, type) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
