/**
 * One conversation, kept true: it joins, resumes after each reconnect, fills gaps, and delivers in the order written.
 * `state` is the value of conversation.js. What waits to be sent is also kept by `outbox` (of outbox.js), so that it
 * outlives the page; a repeated clientId is stored once by the server.
 */
import * as model from './conversation.js';
import { makeClientId } from './ids.js';

const GAP_PATIENCE = 250;
const LONGEST_RETRY = 60000;
const PAGE = 50;

const withPage = (state, { ticket, messages }) => model.withMessages(model.withTicket(state, ticket), messages);

export class Chat {
  state;
  /** The error that keeps the conversation from being opened, or null. */
  error = null;
  #client;
  #outbox;
  #ticketId;
  #listeners = new Set();
  #subscriptions;
  #isActive = false;
  #isLoaded = false;
  #isCurrent = false;
  #isPumping = false;
  #isCatchingUp = false;
  #retries = 0;
  #pausedUntil = 0;
  #readSeq = 0;
  #typedAt = 0;
  #timers = {};

  constructor({ client, side, ticketId = null, outbox }) {
    this.#client = client;
    this.#outbox = outbox;
    this.#ticketId = ticketId;
    this.state = this.#kept().reduce(model.withPending, model.emptyConversation(side));
    const own = (apply) => (event) => this.#isOwn(event) && apply(event);
    this.#subscriptions = [
      client.on('ready', () => this.#resume()),
      outbox.subscribe(() => this.#follow()),
      client.on('resync', () => this.#catchUp()),
      client.on('ticket', own((ticket) => this.#apply(model.withTicket(this.state, ticket)))),
      client.on('closed', own(({ ticket, closedBy }) => this.#apply(model.withTicket(this.state, ticket, closedBy)))),
      client.on('message', own((message) => this.#apply(model.withMessages(this.state, [message])))),
      client.on('read', own(({ role, seq }) =>
        this.#apply(model.withReads(this.state, { [model.sideOf(role)]: seq })))),
      client.on('typing', own((event) => this.#apply(model.withTyping(this.state, event, Date.now())))),
    ];
  }

  get ticketId() {
    return this.#ticketId;
  }

  /** False until the first page of an existing conversation is here. */
  get isLoaded() {
    return this.#isLoaded || !this.#ticketId;
  }

  /** True while it is joined and no event can have been missed. */
  get isCurrent() {
    return this.#isCurrent;
  }

  /** When what waits is sent on because the server asked for patience; 0 if it did not. */
  get retryAt() {
    return model.nextToSend(this.state) ? this.#pausedUntil : 0;
  }

  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Joins and stays joined over reconnects. */
  open() {
    this.#isActive = true;
    return this.#resume();
  }

  /** Leaves the room; what still waits is sent all the same. */
  leave() {
    if (!this.#isActive) return;
    this.#isActive = false;
    this.#isCurrent = false;
    if (this.#ticketId && this.#client.isReady) this.#client.leave(this.#ticketId);
  }

  /** Sends what waits, without joining. */
  flush() {
    this.#pump();
  }

  dispose() {
    this.leave();
    this.#subscriptions.forEach((end) => end());
    this.#listeners.clear();
    Object.values(this.#timers).forEach(clearTimeout);
  }

  send(text) {
    const entry = { clientId: makeClientId(), text, at: new Date().toISOString() };
    this.#typedAt = 0;
    this.#outbox.set([...this.#outbox.get(), { ...entry, ticketId: this.#ticketId }]);
    this.#apply(model.withPending(this.state, entry));
    this.#pump();
  }

  retry(clientId) {
    this.#apply(model.withRetry(this.state, clientId));
    this.#pump();
  }

  /** Takes a message that is not stored out of the conversation; returns its text. */
  discard(clientId) {
    const entry = this.state.pending.find((other) => other.clientId === clientId);
    this.#forget(clientId);
    this.#apply(model.withoutPending(this.state, clientId));
    return entry?.text ?? '';
  }

  async loadOlder() {
    if (!model.hasOlder(this.state)) return;
    const page = await this.#client.history(this.#ticketId, { beforeSeq: this.state.start, limit: PAGE });
    this.#apply(withPage(this.state, page));
  }

  /** Called while somebody writes: told to the others at most every 3 s, and once when it ends. */
  typing(isTyping) {
    const now = Date.now();
    if (!this.#ticketId || !this.#client.isReady || model.isClosed(this.state)) return;
    if (isTyping ? now - this.#typedAt < 3000 : !this.#typedAt) return;
    this.#typedAt = isTyping ? now : 0;
    this.#client.typing(this.#ticketId, isTyping);
  }

  /** Called when the newest message is visible to a person. */
  seen() {
    const seq = model.contiguousSeq(this.state);
    if (!this.#client.isReady || seq <= Math.max(this.#readSeq, this.state.reads[this.state.side])) return;
    this.#readSeq = seq;
    this.#client.read(this.#ticketId, seq);
    this.#apply(model.withReads(this.state, { [this.state.side]: seq }));
  }

  async #resume() {
    if (!this.#client.isReady) return;
    this.#retries = 0;
    this.#readSeq = 0;
    this.#isCurrent = false;
    if (this.#isActive && this.#ticketId) {
      const isFirst = !this.#isLoaded;
      const afterSeq = isFirst ? undefined : model.contiguousSeq(this.state);
      try {
        const page = await this.#client.join(this.#ticketId, afterSeq);
        this.#isLoaded = true;
        this.#isCurrent = this.#isActive;
        this.error = null;
        if (!this.#isActive) this.#client.leave(this.#ticketId);
        this.#apply(isFirst ? model.withNewestPage(this.state, page) : withPage(this.state, page));
        this.#changed();
      } catch (error) {
        if (error.isUnanswered) return;
        this.error = error;
        this.#changed();
        if (error.code === 'unavailable' || error.code === 'rate_limited') {
          this.#later('resume', error.retryAfterMs ?? 3000, () => this.#resume());
        }
        return;
      }
    }
    this.#pump();
  }

  async #catchUp() {
    if (this.#isCatchingUp || !this.#isActive || !this.#isLoaded || !this.#client.isReady) return;
    this.#isCatchingUp = true;
    this.#isCurrent = false;
    try {
      let hasMore = true;
      while (hasMore) {
        const afterSeq = model.contiguousSeq(this.state);
        const page = await this.#client.history(this.#ticketId, { afterSeq, limit: 200 });
        this.#apply(withPage(this.state, page));
        hasMore = page.hasMore && model.contiguousSeq(this.state) > afterSeq;
        this.#isCurrent = this.#isActive && !hasMore;
      }
      this.#changed();
    } catch (error) {
      if (!error.isUnanswered) this.#later('gap', error.retryAfterMs ?? 3000, () => this.#catchUp());
    } finally {
      this.#isCatchingUp = false;
    }
  }

  async #pump() {
    if (this.#isPumping || this.#pausedUntil > 0) return;
    this.#isPumping = true;
    let entry;
    while (this.#client.isReady && (entry = model.nextToSend(this.state))) {
      try {
        const message = await this.#deliver(entry);
        this.#retries = 0;
        this.#forget(entry.clientId);
        this.#apply(model.withMessages(this.state, [message]));
      } catch (error) {
        if (error.isUnanswered) break;
        const delay = this.#retryDelay(error);
        if (delay > LONGEST_RETRY) {
          this.#apply(model.withFailure(this.state, entry.clientId, error));
        } else {
          this.#pause(delay, error);
          break;
        }
      }
    }
    this.#isPumping = false;
  }

  /** Asked for patience, it waits also over reconnects and new messages: asking earlier would be in vain. */
  #pause(delay, { code }) {
    this.#pausedUntil = code === 'rate_limited' ? Date.now() + delay : 0;
    this.#later('pump', delay, () => {
      this.#pausedUntil = 0;
      this.#pump();
    });
    this.#changed();
  }

  #retryDelay({ code, retryAfterMs }) {
    if (code === 'rate_limited') return retryAfterMs ?? Infinity;
    if (code === 'unavailable') return retryAfterMs ?? 2000 * 2 ** this.#retries++;
    return Infinity;
  }

  async #deliver({ clientId, text }) {
    if (this.#ticketId) return (await this.#client.post(this.#ticketId, text, clientId)).message;
    const { ticket, message } = await this.#client.createTicket({ text, clientId });
    this.#ticketId = ticket.ticketId;
    this.#isActive = true;
    this.#isLoaded = true;
    this.#outbox.set(this.#outbox.get().map((entry) => ({ ...entry, ticketId: entry.ticketId ?? this.#ticketId })));
    this.#apply(model.withTicket(this.state, ticket));
    return message ?? this.#deliver({ clientId, text });
  }

  /** Another page took a message over, or left one. */
  #follow() {
    const kept = this.#kept();
    const ids = new Set(kept.map((entry) => entry.clientId));
    const gone = this.state.pending.filter((entry) => !ids.has(entry.clientId));
    const left = gone.reduce((state, entry) => model.withoutPending(state, entry.clientId), this.state);
    this.#apply(kept.reduce(model.withPending, left));
    this.#pump();
  }

  #kept() {
    return this.#outbox.get().filter((entry) => entry.ticketId === this.#ticketId);
  }

  #forget(clientId) {
    this.#outbox.set(this.#outbox.get().filter((entry) => entry.clientId !== clientId));
  }

  #isOwn(event) {
    return this.#ticketId !== null && (event.ticketId ?? event.ticket?.ticketId) === this.#ticketId;
  }

  #apply(next) {
    if (next === this.state) return;
    this.state = next;
    if (this.#isActive && this.#isLoaded && model.isMissing(next)) {
      this.#later('gap', GAP_PATIENCE, () => this.#fillGap());
    }
    const until = Math.min(...next.typing.map((typist) => typist.until));
    if (until < Infinity) {
      this.#later('typing', until - Date.now() + 20, () =>
        this.#apply(model.withoutExpiredTyping(this.state, Date.now())));
    }
    this.#changed();
  }

  /** Ack and echo come in either order, so a jump in seq may close by itself within a moment. */
  #fillGap() {
    if (model.isMissing(this.state)) this.#catchUp();
  }

  #later(name, delay, work) {
    clearTimeout(this.#timers[name]);
    this.#timers[name] = setTimeout(work, Math.max(0, delay));
  }

  #changed() {
    for (const listener of this.#listeners) listener(this.state);
  }
}
