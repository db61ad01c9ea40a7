/** The other agents: their names, whether they are there, what they look at; and the canned replies all share. */
import { Roster } from './roster.js';
import { withViewer, withoutExpired } from './viewers.js';

export class Colleagues {
  replies = [];
  roster;
  ownStatus = 'online';
  #client;
  #me;
  #onChange;
  #learnt = new Map();
  #viewers = new Map();
  #timer;

  constructor({ client, me, onChange }) {
    this.#client = client;
    this.#me = me;
    this.#onChange = onChange;
    this.#learnt.set(me.userId, me.name);
    this.roster = new Roster({ client, onChange: () => this.#follow() });
    client.on('canned', (replies) => (this.replies = replies));
    client.on('viewing', (event) => this.#see(event));
    client.on('ready', () => this.#viewers.clear());
  }

  /** Asks anew, after each connection and `resync`. */
  async load() {
    this.roster.load();
    try {
      this.replies = (await this.#client.listCanned()).replies;
    } catch {
      // The next connection asks again.
    }
  }

  /** Names by id: those of the list, and those of accounts that are gone, as far as they wrote something. */
  get names() {
    const listed = [...this.roster.agents.values()].map(({ agentId, name }) => [agentId, name]);
    return new Map([...this.#learnt, ...listed]);
  }

  learn(agentId, name) {
    this.#learnt.set(agentId, name);
  }

  viewersOf(ticketId) {
    return withoutExpired(this.#viewers.get(ticketId) ?? [], Date.now());
  }

  /** `isAutomatic`: by this page, not by hand. */
  async setStatus(status, isAutomatic) {
    try {
      this.ownStatus = (await this.#client.setPresence(status, isAutomatic)).status;
    } catch {
      // What holds is what the server says next.
    }
    this.#onChange();
  }

  #follow() {
    const status = this.roster.statusOf(this.#me.userId);
    if (status !== 'offline') this.ownStatus = status;
    this.#onChange();
  }

  #see({ ticketId, ...event }) {
    this.#viewers.set(ticketId, withViewer(this.viewersOf(ticketId), event, Date.now()));
    clearTimeout(this.#timer);
    // Somebody may be forgotten without a word.
    this.#timer = setTimeout(this.#onChange, 30500);
    this.#onChange();
  }
}
