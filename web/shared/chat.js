/**
 * One conversation, kept true: it joins, resumes after each reconnect, fills gaps, and delivers in the order written.
 * `state` is the value of conversation.js. What waits to be sent is also kept by `outbox` (of outbox.js), so that it
 * outlives the page; a repeated clientId is stored once by the server.
 */
import {
  contiguousSeq, emptyConversation, hasOlder, isClosed, isMissing, nextToSend, sideOf, withFailure, withMessages,
  withNewestPage, withoutExpiredTyping, withoutPending, withPending, withReads, withRetry, withTicket, withTyping,
} from './conversation.js';
import { makeClientId } from './ids.js';

const GAP_PATIENCE = 250;
const LONGEST_RETRY = 60000;
const PAGE = 50;

export function openChat({ client, side, ticketId = null, outbox }) {
  const listeners = new Set();
  const timers = {};
  let isActive = false;
  let isLoaded = false;
  let isPumping = false;
  let isCatchingUp = false;
  /** Whether what was asked for may have been read before something that did not come as an event. */
  let isStale = false;
  let retries = 0;
  let pausedUntil = 0;
  let readSeq = 0;
  let typedAt = 0;

  const kept = () => outbox.get().filter((entry) => entry.ticketId === ticketId);
  const changed = () => listeners.forEach((listener) => listener(self.state));
  const later = (name, delay, work) => {
    clearTimeout(timers[name]);
    timers[name] = setTimeout(work, delay);
  };

  function apply(change, ...values) {
    const next = change(self.state, ...values);
    if (next === self.state) return;
    self.state = next;
    // Ack and echo come in either order, so a jump in seq may close by itself within a moment.
    if (isActive && isLoaded && isMissing(next)) later('gap', GAP_PATIENCE, () => isMissing(self.state) && catchUp());
    const until = Math.min(...next.typing.map((typist) => typist.until));
    if (until < Infinity) later('typing', until - Date.now(), () => apply(withoutExpiredTyping, Date.now()));
    changed();
  }

  const withPage = (state, { ticket, messages }) => withMessages(withTicket(state, ticket), messages);

  async function resume() {
    if (!client.isReady) return;
    retries = 0;
    readSeq = 0;
    self.isCurrent = false;
    if (isActive && ticketId) {
      const isFirst = !isLoaded;
      isStale = false;
      try {
        const page = await client.join(ticketId, isFirst ? undefined : contiguousSeq(self.state));
        isLoaded = true;
        self.isCurrent = isActive;
        self.error = null;
        if (!isActive) client.leave(ticketId);
        apply(isFirst ? withNewestPage : withPage, page);
        changed();
        if (isStale) catchUp();
      } catch (error) {
        if (error.isUnanswered) return;
        if (error.code === 'not_found') return vanish(error);
        self.error = error;
        changed();
        const isPassing = error.code === 'unavailable' || error.code === 'rate_limited';
        if (isPassing) later('resume', error.retryAfterMs ?? 3000, resume);
        return;
      }
    }
    pump();
  }

  async function catchUp() {
    if (isCatchingUp || !isActive || !isLoaded || !client.isReady) return;
    isCatchingUp = true;
    self.isCurrent = false;
    try {
      let hasMore = true;
      while (hasMore || isStale) {
        isStale = false;
        const afterSeq = contiguousSeq(self.state);
        const page = await client.history(ticketId, { afterSeq, limit: 200 });
        apply(withPage, page);
        hasMore = page.hasMore && contiguousSeq(self.state) > afterSeq;
      }
      self.isCurrent = isActive;
      changed();
    } catch (error) {
      if (error.code === 'not_found') vanish(error);
      else if (!error.isUnanswered) later('gap', error.retryAfterMs ?? 3000, catchUp);
    }
    isCatchingUp = false;
  }

  /** Erased, or not ours: nothing of it stays here but what was not sent. */
  function vanish(error) {
    self.error = error;
    isLoaded = false;
    self.state = self.state.pending.reduce(withPending, emptyConversation(side));
    changed();
  }

  async function pump() {
    if (isPumping || pausedUntil) return;
    isPumping = true;
    let entry;
    while (client.isReady && (entry = nextToSend(self.state))) {
      try {
        const message = await deliver(entry);
        retries = 0;
        forget(entry.clientId);
        apply(withMessages, [message]);
      } catch (error) {
        if (error.isUnanswered) break;
        const delay = retryDelay(error);
        if (delay <= LONGEST_RETRY) {
          pause(delay, error);
          break;
        }
        apply(withFailure, entry.clientId, error);
      }
    }
    isPumping = false;
  }

  /** Asked for patience, it waits also over reconnects and new messages: asking earlier would be in vain. */
  function pause(delay, { code }) {
    pausedUntil = code === 'rate_limited' ? Date.now() + delay : 0;
    later('pump', delay, () => {
      pausedUntil = 0;
      pump();
    });
    changed();
  }

  function retryDelay({ code, retryAfterMs }) {
    if (code === 'rate_limited') return retryAfterMs ?? Infinity;
    return code === 'unavailable' ? retryAfterMs ?? 2000 * 2 ** retries++ : Infinity;
  }

  async function deliver({ clientId, text }) {
    if (ticketId) return (await client.post(ticketId, text, clientId)).message;
    const { ticket, message } = await client.createTicket({ text, clientId });
    ticketId = ticket.ticketId;
    isActive = isLoaded = true;
    outbox.set(outbox.get().map((entry) => ({ ...entry, ticketId: entry.ticketId ?? ticketId })));
    apply(withTicket, ticket);
    return message ?? deliver({ clientId, text });
  }

  /** Another page took a message over, or left one. */
  function follow() {
    const entries = kept();
    for (const { clientId } of self.state.pending) {
      if (!entries.some((entry) => entry.clientId === clientId)) apply(withoutPending, clientId);
    }
    entries.forEach((entry) => apply(withPending, entry));
    pump();
  }

  function forget(clientId) {
    outbox.set(outbox.get().filter((entry) => entry.clientId !== clientId));
  }

  const onOwn = (name, work) =>
    client.on(name, (event) => ticketId && (event.ticketId ?? event.ticket?.ticketId) === ticketId && work(event));
  const subscriptions = [
    client.on('ready', resume),
    client.on('resync', () => {
      isStale = true;
      catchUp();
    }),
    outbox.subscribe(follow),
    onOwn('ticket', (ticket) => apply(withTicket, ticket)),
    onOwn('closed', ({ ticket, closedBy }) => apply(withTicket, ticket, closedBy)),
    onOwn('message', (message) => apply(withMessages, [message])),
    onOwn('read', ({ role, seq }) => apply(withReads, { [sideOf(role)]: seq })),
    onOwn('typing', (event) => apply(withTyping, event, Date.now())),
  ];

  const self = {
    state: kept().reduce(withPending, emptyConversation(side)),
    /** The error that keeps the conversation from being opened, or null. */
    error: null,
    /** True while it is joined and no event can have been missed. */
    isCurrent: false,
    get ticketId() {
      return ticketId;
    },
    /** False until the first page of an existing conversation is here. */
    get isLoaded() {
      return isLoaded || !ticketId;
    },
    /** When what waits is sent on because the server asked for patience; 0 if it did not. */
    get retryAt() {
      return nextToSend(self.state) ? pausedUntil : 0;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** Joins and stays joined over reconnects. */
    open() {
      isActive = true;
      return resume();
    },
    /** Leaves the room; what still waits is sent all the same. */
    leave() {
      if (isActive && ticketId && client.isReady) client.leave(ticketId);
      isActive = self.isCurrent = false;
    },
    /** Sends what waits, without joining. */
    flush: pump,
    dispose() {
      self.leave();
      subscriptions.forEach((end) => end());
      listeners.clear();
      Object.values(timers).forEach(clearTimeout);
    },
    send(text) {
      const entry = { clientId: makeClientId(), text, at: new Date().toISOString() };
      typedAt = 0;
      outbox.set([...outbox.get(), { ...entry, ticketId }]);
      apply(withPending, entry);
      pump();
    },
    retry(clientId) {
      apply(withRetry, clientId);
      pump();
    },
    /** Takes a message that is not stored out of the conversation; returns its text. */
    discard(clientId) {
      const entry = self.state.pending.find((other) => other.clientId === clientId);
      forget(clientId);
      apply(withoutPending, clientId);
      return entry?.text ?? '';
    },
    async loadOlder() {
      if (hasOlder(self.state)) {
        apply(withPage, await client.history(ticketId, { beforeSeq: self.state.start, limit: PAGE }));
      }
    },
    /** Called while somebody writes: told to the others at most every 3 s, and once when it ends. */
    typing(isTyping) {
      const now = Date.now();
      if (!ticketId || !client.isReady || isClosed(self.state)) return;
      if (isTyping ? now - typedAt < 3000 : !typedAt) return;
      typedAt = isTyping ? now : 0;
      client.typing(ticketId, isTyping);
    },
    /** Called when the newest message is visible to a person. */
    seen() {
      const seq = contiguousSeq(self.state);
      if (!client.isReady || seq <= Math.max(readSeq, self.state.reads[side])) return;
      readSeq = seq;
      client.read(ticketId, seq);
      apply(withReads, { [side]: seq });
    },
  };
  return self;
}
