/**
 * What every page says to the desk. This module, guest-client.js and agent-client.js are the only ones that know
 * the names of events. Everything else speaks to them: `on(name, listener)` for what happens, and a method that returns a promise for each
 * thing to do.
 *
 * Names: `state` (state, reason), `ready` (session), `ticket` (ticket, {isNew}), `closed` (event), `message`, `typing`,
 * `read`, `presence`, `resync`.
 */
import { DeskError } from './desk-error.js';

/** Told by the last word of their names. */
const EVENTS = ['ticket:closed', 'chat:message', 'chat:typing', 'chat:read', 'presence', 'resync'];

export class DeskClient {
  session = null;
  /** For subclasses, as `ask` and `tell`. */
  socket;
  #listeners = new Map();

  /** `identity` (`adopt(token)`) is given by pages of guests. */
  constructor({ socket, identity }) {
    this.socket = socket;
    socket.onState = (state, reason) => {
      if (state !== 'connected') this.session = null;
      this.tell('state', state, reason);
    };
    socket.on('session', (session) => {
      if (session.guestToken) identity?.adopt(session.guestToken);
      this.session = session;
      this.tell('ready', session);
    });
    socket.on('ticket:updated', ({ ticket }) => this.tell('ticket', ticket, { isNew: false }));
    for (const name of EVENTS) socket.on(name, (event) => this.tell(name.split(':').at(-1), event));
  }

  /** True between `session` and the connection's end: only then the server knows who we are. */
  get isReady() {
    return this.session !== null;
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
  restart(reason) {
    this.socket.restart(reason);
  }

  /** Returns a function that ends the subscription. */
  on(name, listener) {
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
    return () => this.#listeners.set(name, this.#listeners.get(name).filter((other) => other !== listener));
  }

  join = (ticketId, afterSeq) => this.ask('ticket:join', { ticketId, afterSeq });
  leave = (ticketId) => this.socket.emit('room:leave', { ticketId });
  post = (ticketId, text, clientId) => this.ask('chat:message', { ticketId, text, clientId });
  history = (ticketId, range) => this.ask('chat:history', { ticketId, ...range });
  typing = (ticketId, typing) => this.socket.emit('chat:typing', { ticketId, typing });
  read = (ticketId, seq) => this.socket.emit('chat:read', { ticketId, seq });

  async ask(event, payload) {
    let answer;
    try {
      answer = await this.socket.request(event, payload);
    } catch (error) {
      // A socket that takes messages and answers nothing is half open: only a new one helps.
      if (error.message === 'timeout') this.socket.restart('ack timeout');
      throw new DeskError({ code: error.message });
    }
    if (answer?.ok !== true) throw new DeskError(answer?.error);
    return answer;
  }

  tell(name, ...values) {
    for (const listener of this.#listeners.get(name) ?? []) listener(...values);
  }
}
