/** Holds the list of tickets and keeps it true: loads pages, follows events, asks again after a reconnect. */
import * as model from '../shared/ticket-list.js';

const PAGE = 100;

export class TicketStore {
  list;
  /** What kept the shown view from being loaded, or null. */
  error = null;
  isLoading = false;
  #client;
  #onChange;
  #countTimer;
  #isStale = false;
  #fetching = new Set();
  #sorted = { list: null, view: '', tickets: [] };

  constructor({ client, me, onChange }) {
    this.#client = client;
    this.#onChange = onChange;
    this.list = model.emptyList(me);
    client.on('ticket', (ticket, options) => this.#apply(model.withTicket(this.list, ticket, options)));
    client.on('closed', ({ ticket }) => this.#apply(model.withTicket(this.list, ticket)));
    client.on('message', (message) => this.#apply(model.withMessage(this.list, message)));
    client.on('read', ({ ticketId, role, seq }) => role !== 'guest' && this.#apply(model.withRead(this.list, ticketId, seq)));
    client.on('activity', (activity) => this.#activity(activity));
  }

  /** The tickets of a view in order; sorted once for each change. */
  visible(view) {
    if (this.#sorted.list !== this.list || this.#sorted.view !== view) {
      this.#sorted = { list: this.list, view, tickets: model.visibleTickets(this.list, view) };
    }
    return this.#sorted.tickets;
  }

  /** Loads the first page of a view. */
  async load(view) {
    await this.#page(view, { isFirst: true, isRefresh: this.#isStale });
  }

  /** As `load`, where events may have been missed: after a reconnect or a `resync`. */
  async refresh(view) {
    this.#isStale = true;
    await this.load(view);
  }

  async loadMore(view) {
    if (this.isLoading || !this.list.views[view].next) return;
    await this.#page(view, { isFirst: false, cursor: this.list.views[view].next });
  }

  /** What an opened conversation knows of its ticket. */
  know(ticket, readSeq) {
    const known = model.withTicket(this.list, ticket, { isFetched: true });
    this.#apply(model.withRead(known, ticket.ticketId, readSeq));
  }

  async #page(view, { cursor, ...options }) {
    const since = this.list;
    this.isLoading = true;
    this.#onChange();
    try {
      const page = await this.#client.listTickets({ ...model.VIEWS[view].query, cursor, limit: PAGE });
      this.error = null;
      if (options.isRefresh) this.#isStale = false;
      this.list = model.withPage(this.list, view, page, { ...options, since });
    } catch (error) {
      this.error = error;
    } finally {
      this.isLoading = false;
      this.#onChange();
    }
  }

  /** Something moved in a ticket that is on no loaded page: it is the newest now and belongs on top. */
  async #activity(activity) {
    const { ticketId } = activity;
    if (this.list.tickets.has(ticketId)) return this.#apply(model.withActivity(this.list, activity));
    if (this.#fetching.has(ticketId)) return;
    this.#fetching.add(ticketId);
    try {
      const { ticket } = await this.#client.history(ticketId, { limit: 1 });
      const list = model.withTicket(this.list, ticket, { isFetched: true });
      this.#apply(model.withActivity(list, activity));
    } catch {
      // The next activity, or the list after a reconnect, brings it.
    } finally {
      this.#fetching.delete(ticketId);
    }
  }

  #apply(list) {
    if (list === this.list) return;
    this.list = list;
    if (list.isCountStale) this.#recount();
    this.#onChange();
  }

  #recount() {
    this.#countTimer ??= setTimeout(async () => {
      this.#countTimer = undefined;
      try {
        const { counts } = await this.#client.listTickets({ limit: 1 });
        this.#apply(model.withCounts(this.list, counts));
      } catch {
        // Without an answer the connection is new soon, and the list is asked for anyway.
      }
    }, 500);
  }
}
