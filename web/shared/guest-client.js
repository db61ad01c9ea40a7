/** What guests say to the desk beside what everybody does. */
import { DeskClient } from './desk-client.js';

export class GuestClient extends DeskClient {
  createTicket = (fields) => this.ask('ticket:create', fields);
  ownTickets = () => this.ask('ticket:mine', { limit: 20 });
  introduce = (fields) => this.ask('guest:update', fields);

  async end(ticketId) {
    const { ticket } = await this.ask('ticket:end', { ticketId });
    this.tell('ticket', ticket);
  }
}
