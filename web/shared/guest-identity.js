/**
 * Who this browser is for the desk: the guest's token and the conversation it is in.
 * Both lie in localStorage, so that a reload and other tabs find them.
 */
const TOKEN = 'martlet.guest';
const TICKET = 'martlet.ticket';

export class GuestIdentity {
  #storage;
  #token;

  constructor(storage) {
    this.#storage = storage;
    this.#token = storage.getItem(TOKEN) ?? '';
  }

  /** The CONNECT payload. Always with a token, even an empty one: that is what makes us a guest. */
  auth = () => ({ guestToken: this.#token });

  adopt(token) {
    this.#token = token;
    this.#write(TOKEN, token);
  }

  get ticketId() {
    return this.#storage.getItem(TICKET) || null;
  }

  /** Two tabs may each have been given a guest; the one that opens a ticket decides who this browser is. */
  remember(ticketId) {
    this.#write(TOKEN, this.#token);
    this.#write(TICKET, ticketId ?? '');
  }

  /** Calls back when another tab has opened a ticket; `reload()` then takes over its identity. */
  onTicketElsewhere(listener, env = globalThis) {
    env.addEventListener?.('storage', (event) => {
      if (event.key === TICKET && event.newValue) listener(event.newValue);
    });
  }

  reload() {
    const token = this.#storage.getItem(TOKEN) ?? '';
    const isOther = token !== this.#token;
    this.#token = token;
    return isOther;
  }

  #write(key, value) {
    try {
      this.#storage.setItem(key, value);
    } catch {
      // Refused: this page keeps its token in memory.
    }
  }
}
