/**
 * What agents say to the desk beside what everybody does.
 *
 * Names beside those of DeskClient: `activity`, `note`, `viewing`, `canned` (replies), `revoked` (reason).
 */
import { DeskClient } from './desk-client.js';
import { DeskError } from './desk-error.js';

export class AgentClient extends DeskClient {
  constructor(options) {
    super(options);
    const { socket } = options;
    socket.on('ticket:created', ({ ticket }) => this.tell('ticket', ticket, { isNew: true }));
    socket.on('ticket:activity', (activity) => this.tell('activity', activity));
    socket.on('note:added', ({ note }) => this.tell('note', note));
    socket.on('ticket:viewing', (event) => this.tell('viewing', event));
    socket.on('canned:updated', ({ replies }) => this.tell('canned', replies));
    socket.on('revoked', (event) => this.tell('revoked', event?.reason));
  }

  listTickets = (query = {}) => this.ask('ticket:list', query);
  closeTicket = (ticketId) => this.#change('ticket:close', { ticketId });
  reopenTicket = (ticketId) => this.#change('ticket:reopen', { ticketId });
  assign = (ticketId, agentId, ifVersion) => this.#change('ticket:assign', { ticketId, agentId, ifVersion });

  listNotes = (ticketId, afterNoteSeq) => this.#look('note:list', { ticketId, afterNoteSeq });
  addNote = (ticketId, text, clientId) => this.ask('note:add', { ticketId, text, clientId });
  /** `state`: reading, writing, noting or none; forgotten after 30 s. */
  viewing = (ticketId, state) => this.socket.emit('ticket:viewing', { ticketId, state });
  listAgents = () => this.#look('agent:list', {});
  /** `automatic`: the page says so by itself; what was chosen by hand wins. */
  setPresence = (status, automatic) => this.ask('presence:set', { status, automatic });

  listCanned = () => this.#look('canned:list', {});
  saveCanned = (reply) => this.ask('canned:save', reply);
  deleteCanned = (cannedId) => this.ask('canned:delete', { cannedId });
  search = (query) => this.#look('ticket:search', query);

  /** Assigns while the assignee is the one `ticket` shows: a message raises the version too, and is no conflict. */
  async reassign(ticket, agentId) {
    try {
      return await this.assign(ticket.ticketId, agentId, ticket.version);
    } catch (error) {
      if (error.code !== 'conflict') throw error;
      const { ticket: current } = await this.history(ticket.ticketId, { limit: 1 });
      this.tell('ticket', current, { isNew: false });
      if ((current.assigneeId ?? null) !== (ticket.assigneeId ?? null)) throw error;
      return this.assign(ticket.ticketId, agentId, current.version);
    }
  }

  /** As `ask`, for what one can do without: no answer is no reason for a new connection. */
  async #look(event, payload) {
    const answer = await this.socket.request(event, payload).catch(({ message: code }) => ({ error: { code } }));
    if (answer?.ok !== true) throw new DeskError(answer?.error);
    return answer;
  }

  /** What an ack says about a ticket is news for every model, as the event would be. */
  async #change(event, payload) {
    const answer = await this.ask(event, payload);
    this.tell('ticket', answer.ticket, { isNew: false });
    return answer;
  }
}
