/** The conversations of this tab: one is shown, some are kept for going back, those with unsent messages send on. */
import { openChat } from '../shared/chat.js';

const KEPT = 20;

export class Chats {
  #client;
  #outbox;
  #onChange;
  #chats = new Map();
  #shown;

  constructor({ client, outbox, onChange }) {
    this.#client = client;
    this.#outbox = outbox;
    this.#onChange = onChange;
    this.#sendOn();
    outbox.subscribe(() => this.#sendOn());
  }

  get shown() {
    return this.#shown;
  }

  /** Shows a conversation, or none, and leaves the one before. */
  show(ticketId) {
    if (this.#shown?.ticketId === ticketId) return this.#shown;
    this.#shown?.leave();
    this.#shown = ticketId ? this.#chat(ticketId) : undefined;
    this.#shown?.open();
    this.#trim();
    return this.#shown;
  }

  /** How many messages are not sent yet, in all conversations. */
  get waiting() {
    return this.#outbox.get().length;
  }

  #sendOn() {
    for (const { ticketId } of this.#outbox.get()) this.#chat(ticketId).flush();
  }

  #chat(ticketId) {
    const options = { client: this.#client, side: 'agents', ticketId, outbox: this.#outbox };
    const chat = this.#chats.get(ticketId) ?? openChat(options);
    chat.onChange = () => this.#onChange(chat);
    this.#chats.delete(ticketId);
    this.#chats.set(ticketId, chat);
    return chat;
  }

  #trim() {
    const idle = [...this.#chats].filter(([, chat]) => chat !== this.#shown && chat.state.pending.length === 0);
    for (const [ticketId, chat] of idle.slice(0, Math.max(0, this.#chats.size - KEPT))) {
      chat.dispose();
      this.#chats.delete(ticketId);
    }
  }
}
