/**
 * One conversation, kept true: it joins, resumes after each reconnect, fills gaps, and delivers in the order written.
 * `state` is the value of conversation.js. What waits to be sent is also kept by `outbox` (of outbox.js), so that it
 * outlives the page; a repeated clientId is stored once by the server.
 */
import {
  contiguousSeq, emptyConversation, hasOlder, isClosed, isMissing, nextToSend, sideOf, withFailure, withMessages,
  withNewestPage, withPage, withPending, withReads, withTicket, withTyping, withoutPending,
} from './conversation.js';
import { makeClientId } from './ids.js';

const GAP_PATIENCE = 250;
const LONGEST_RETRY = 60000;
const PAGE = 50;

export function openChat({ client, side, ticketId = null, outbox }) {
  const timers = {};
  let isActive = false;
  let isLoaded = false;
  let isPumping = false;
  let retries = 0;
  let pausedUntil = 0;
  let typedAt = 0;

  const kept = () => outbox.get().filter((entry) => entry.ticketId === ticketId);
  const later = (name, delay, work) => {
    clearTimeout(timers[name]);
    timers[name] = setTimeout(work, delay);
  };

  function apply(change, ...values) {
    const next = change(self.state, ...values);
    if (next === self.state) return;
    self.state = next;
    // Ack and echo come in either order, so a jump in seq may close by itself within a moment.
    if (isActive && isLoaded && isMissing(next)) later('gap', GAP_PATIENCE, () => isMissing(self.state) && resume());
    const until = Math.min(...next.typing.map((typist) => typist.until));
    if (until < Infinity) later('typing', until - Date.now(), () => apply(withTyping, null, Date.now()));
    self.onChange();
  }

  /** Joins, and gets what came meanwhile. */
  async function resume() {
    if (!client.isReady) return;
    retries = 0;
    self.isCurrent = false;
    if (isActive && ticketId) {
      try {
        const page = await client.join(ticketId, isLoaded ? contiguousSeq(self.state) : undefined);
        const change = isLoaded ? withPage : withNewestPage;
        isLoaded = true;
        self.error = null;
        if (!isActive) client.leave(ticketId);
        apply(change, page);
        self.isCurrent = isActive && !isMissing(self.state);
        self.onChange();
      } catch (error) {
        if (error.isUnanswered) return;
        if (error.code === 'not_found') return vanish(error);
        self.error = error;
        self.onChange();
        const delay = retryDelay(error);
        if (delay < Infinity) later('gap', delay, resume);
        return;
      }
    }
    pump();
  }

  /** Erased, or not ours: nothing of it stays here but what was not sent. */
  function vanish(error) {
    self.error = error;
    isLoaded = false;
    self.state = self.state.pending.reduce(withPending, emptyConversation(side));
    self.onChange();
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
    self.onChange();
  }

  const retryDelay = ({ code, retryAfterMs }) =>
    retryAfterMs ?? (code === 'unavailable' ? 2000 * 2 ** retries++ : Infinity);

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
    client.on(name, (event) => event.ticketId === ticketId && work(event));
  const subscriptions = [
    client.on('ready', resume),
    client.on('resync', resume),
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
    /** Set it: called after each change. */
    onChange() {},
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
      apply(withFailure, clientId);
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
      if (!client.isReady || seq <= self.state.reads[side]) return;
      client.read(ticketId, seq);
      apply(withReads, { [side]: seq });
    },
  };
  return self;
}
