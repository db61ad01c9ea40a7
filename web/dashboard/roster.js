/** Who the agents are and whether they are there: a list from the server, and the events after it. */
export class Roster {
  /** By agentId: `{agentId, name, role, status}`. */
  agents = new Map();
  #client;
  #onChange;

  constructor({ client, onChange }) {
    this.#client = client;
    this.#onChange = onChange;
    client.on('presence', (event) => event.role !== 'guest' && this.#hear(event));
  }

  async load() {
    try {
      const { agents } = await this.#client.listAgents();
      this.agents = new Map(agents.map((agent) => [agent.agentId, agent]));
      this.#onChange();
    } catch {
      // The next connection asks again.
    }
  }

  statusOf(agentId) {
    return this.agents.get(agentId)?.status ?? 'offline';
  }

  /** Those who are there first, then by name. */
  get inOrder() {
    const rank = { online: 0, away: 1, offline: 2 };
    return [...this.agents.values()].sort((a, b) => rank[a.status] - rank[b.status] || a.name.localeCompare(b.name));
  }

  #hear({ userId, online, status = online ? 'online' : 'offline' }) {
    const known = this.agents.get(userId);
    if (!known) return void this.load();
    this.agents.set(userId, { ...known, status });
    this.#onChange();
  }
}
