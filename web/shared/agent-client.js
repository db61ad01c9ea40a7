/**
 * What agents say to the desk beside what everybody does.
 *
 * Names beside those of DeskClient: `activity`, `note`, `viewing`, `canned` (replies), `revoked` (reason).
 */
import { DeskClient } from './desk-client.js';
import { DeskError } from './desk-error.js';

/** What is told when an event is heard. */
const TOLD = {
  'ticket:created': ({ ticket }) => ['ticket', ticket, { isNew: true }],
  'note:added': ({ note }) => ['note', note],
  'canned:updated': ({ replies }) => ['canned', replies],
  revoked: (value) => ['revoked', value?.reason],
};

export class AgentClient extends DeskClient {
  hear(event, value) {
    if (Object.hasOwn(TOLD, event)) this.tell(...TOLD[event](value));
    else super.hear(event, value);
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
      this.tell('ticket', current);
      if ((current.assigneeId ?? null) !== (ticket.assigneeId ?? null)) throw error;
      return this.assign(ticket.ticketId, agentId, current.version);
    }
  }

  /** As `ask`, for what one can do without: no answer is no reason for a new connection. */
  async #look(event, payload) {
    const answer = await this.socket.request(event, payload);
    if (!answer?.ok) throw new DeskError(answer?.error);
    return answer;
  }

  /** What an ack says about a ticket is news for every model, as the event would be. */
  async #change(event, payload) {
    const answer = await this.ask(event, payload);
    this.tell('ticket', answer.ticket);
    return answer;
  }
}
