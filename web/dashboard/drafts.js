/** Drafts by key under one stored value. Each conversation has two: the reply's, and the note's of its own. */
export function draftsIn(value) {
  return {
    get: (key) => value.get()[key] ?? '',
    set(key, text) {
      const { [key]: _, ...others } = value.get();
      value.set(text ? { ...others, [key]: text } : others);
    },
  };
}

/** `mode`: reply or note. A reply's key is the ticket's id alone. */
export const draftKey = (ticketId, mode) => (mode === 'note' ? `${ticketId} note` : ticketId);
