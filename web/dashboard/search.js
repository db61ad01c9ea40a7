/** Search as one types: asks a moment after the last key, and only the last answer counts. */
const PAUSE = 120;

export class Search {
  query = '';
  hits = [];
  next;
  error = null;
  isLoading = false;
  #client;
  #onChange;
  #timer;
  #asked = 0;

  constructor({ client, onChange }) {
    this.#client = client;
    this.#onChange = onChange;
  }

  get isOn() {
    return this.query !== '';
  }

  type(text) {
    const query = text.trim();
    if (query === this.query) return;
    this.query = query;
    this.#asked += 1;
    clearTimeout(this.#timer);
    this.error = null;
    this.isLoading = this.isOn;
    if (!this.isOn) this.hits = [];
    else this.#timer = setTimeout(() => this.#ask(), PAUSE);
    this.#onChange();
  }

  more() {
    if (this.next && !this.isLoading) this.#ask(this.next);
  }

  async #ask(cursor) {
    const ask = (this.#asked += 1);
    this.isLoading = true;
    try {
      const { hits, next } = await this.#client.search({ query: this.query, status: 'all', limit: 30, cursor });
      if (ask !== this.#asked) return;
      this.hits = cursor ? [...this.hits, ...hits] : hits;
      this.next = next;
      this.error = null;
    } catch (error) {
      if (ask !== this.#asked) return;
      this.error = error;
    }
    this.isLoading = false;
    this.#onChange();
  }
}
