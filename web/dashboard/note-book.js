/** The notes of the shown conversation: loaded when it opens and after each reconnect, sent, and kept true. */
import { makeClientId } from '../shared/ids.js';
import { contiguousNoteSeq, noNotes, withNoteState, withNotes, withPendingNote, withoutPendingNote } from './notes.js';

export class NoteBook {
  #client;
  #onChange;
  #books = new Map();
  #shown = null;

  constructor({ client, onChange }) {
    this.#client = client;
    this.#onChange = onChange;
    client.on('note', (note) => this.#change(note.ticketId, (notes) => withNotes(notes, [note])));
    client.on('ready', () => this.#resume());
    client.on('resync', () => this.#load(this.#shown));
  }

  of(ticketId) {
    return this.#books.get(ticketId) ?? noNotes;
  }

  show(ticketId) {
    this.#shown = ticketId;
    this.#load(ticketId);
  }

  add(ticketId, text, afterSeq) {
    const entry = { clientId: makeClientId(), text, at: new Date().toISOString(), afterSeq };
    this.#change(ticketId, (notes) => withPendingNote(notes, entry));
    return this.#send(ticketId, entry);
  }

  retry(ticketId, clientId) {
    this.#change(ticketId, (notes) => withNoteState(notes, clientId, 'waiting'));
    const entry = this.of(ticketId).pending.find((other) => other.clientId === clientId);
    if (entry) this.#send(ticketId, entry);
  }

  /** Takes a note that is not stored out; returns its text. */
  discard(ticketId, clientId) {
    const entry = this.of(ticketId).pending.find((other) => other.clientId === clientId);
    this.#change(ticketId, (notes) => withoutPendingNote(notes, clientId));
    return entry?.text ?? '';
  }

  get waiting() {
    return [...this.#books.values()].reduce((sum, notes) => sum + notes.pending.length, 0);
  }

  async #send(ticketId, { clientId, text }) {
    try {
      const { note } = await this.#client.addNote(ticketId, text, clientId);
      this.#change(ticketId, (notes) => withNotes(notes, [{ ...note, clientId }]));
    } catch (error) {
      // Without an answer it is sent again, with the same clientId, by `#resume`.
      if (!error.isUnanswered) this.#change(ticketId, (notes) => withNoteState(notes, clientId, 'failed', error));
    }
  }

  #resume() {
    for (const [ticketId, { pending }] of this.#books) {
      for (const entry of pending) if (entry.state === 'waiting') this.#send(ticketId, entry);
    }
    this.#load(this.#shown);
  }

  async #load(ticketId) {
    if (!ticketId || !this.#client.isReady) return;
    try {
      let hasMore = true;
      while (hasMore && ticketId === this.#shown) {
        const page = await this.#client.listNotes(ticketId, contiguousNoteSeq(this.of(ticketId)));
        this.#change(ticketId, (notes) => ({ ...withNotes(notes, page.notes), isLoaded: true }));
        hasMore = page.hasMore && page.notes.length > 0;
      }
    } catch {
      // The next connection asks again; what is written meanwhile comes as events.
    }
  }

  #change(ticketId, change) {
    const before = this.of(ticketId);
    const next = change(before);
    if (next === before) return;
    this.#books.set(ticketId, next);
    this.#onChange();
  }
}
