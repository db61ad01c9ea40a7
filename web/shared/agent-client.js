/**
 * What agents say to the desk beside what everybody does.
 *
 * Names beside those of DeskClient: `activity`, `revoked` (reason).
 */
import { DeskClient } from './desk-client.js';

export class AgentClient extends DeskClient {
  constructor(options) {
    super(options);
    const { socket } = options;
    socket.on('ticket:created', ({ ticket }) => this.tell('ticket', ticket, { isNew: true }));
    socket.on('ticket:activity', (activity) => this.tell('activity', activity));
    socket.on('revoked', (event) => this.tell('revoked', event?.reason));
  }

  listTickets = (query = {}) => this.ask('ticket:list', query);
  closeTicket = (ticketId) => this.#change('ticket:close', { ticketId });
  reopenTicket = (ticketId) => this.#change('ticket:reopen', { ticketId });
  assign = (ticketId, agentId, ifVersion) => this.#change('ticket:assign', { ticketId, agentId, ifVersion });

  listCanned = () => this.ask('canned:list', {});
  saveCanned = (reply) => this.ask('canned:save', reply);
  deleteCanned = (cannedId) => this.ask('canned:delete', { cannedId });
  search = (query) => this.ask('ticket:search', query);

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

  /** What an ack says about a ticket is news for every model, as the event would be. */
  async #change(event, payload) {
    const answer = await this.ask(event, payload);
    this.tell('ticket', answer.ticket, { isNew: false });
    return answer;
  }
}
