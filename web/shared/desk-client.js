/**
 * What every page says to the desk. This module, guest-client.js and agent-client.js are the only ones that know
 * the names of events. Everything else speaks to them: `on(name, listener)` for what happens, and a method that returns a promise for each
 * thing to do.
 *
 * Names: `state` (state), `ready` (session), `ticket` (ticket, {isNew?}), `closed` (event), `message`, `typing`,
 * `read`, `presence`, `resync`.
 */
import { DeskError } from './desk-error.js';

export class DeskClient {
  /** Of the last connection, if there was one. */
  session;
  /** Since when the server does not know who we are; 0 between `session` and the connection's end. */
  lostAt = Date.now();
  /** For subclasses, as `ask`, `hear` and `tell`. */
  socket;
  #listeners = {};

  constructor(socket) {
    this.socket = socket;
    socket.onState = (state) => {
      if (state !== 'connected') this.lostAt ||= Date.now();
      this.tell('state', state);
    };
    socket.onEvent = (event, value) => this.hear(event, value);
  }

  /** Most events are told by the last word of their names. */
  hear(event, value) {
    if (event === 'session') {
      this.session = value;
      this.lostAt = 0;
      this.tell('ready', value);
    } else if (event === 'ticket:updated') {
      this.tell('ticket', value.ticket);
    } else {
      this.tell(event.split(':').at(-1), value);
    }
  }

  get isReady() {
    return !this.lostAt;
  }

  get state() {
    return this.isReady ? 'ready' : this.socket.state;
  }

  start() {
    this.socket.connect();
  }

  stop() {
    this.socket.disconnect();
  }

  /** Connects anew, with a fresh `auth`. */
  restart() {
    this.socket.restart();
  }

  /** Returns a function that ends the subscription. */
  on(name, listener) {
    const listeners = (this.#listeners[name] ??= new Set());
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  join = (ticketId, afterSeq) => this.ask('ticket:join', { ticketId, afterSeq });
  leave = (ticketId) => this.socket.emit('room:leave', { ticketId });
  post = (ticketId, text, clientId) => this.ask('chat:message', { ticketId, text, clientId });
  history = (ticketId, range) => this.ask('chat:history', { ticketId, ...range });
  typing = (ticketId, typing) => this.socket.emit('chat:typing', { ticketId, typing });
  read = (ticketId, seq) => this.socket.emit('chat:read', { ticketId, seq });

  async ask(event, payload) {
    const answer = await this.socket.request(event, payload);
    if (answer?.ok) return answer;
    const error = new DeskError(answer?.error);
    // A socket that takes messages and answers nothing is half open: only a new one helps.
    if (error.code === 'timeout') this.restart();
    throw error;
  }

  tell(name, ...values) {
    for (const listener of [...(this.#listeners[name] ?? [])]) listener(...values);
  }
}
