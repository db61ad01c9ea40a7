/**
 * What a guest has written and the server has not stored, in localStorage, so that it outlives its tab. An entry
 * belongs to the page that sends it. A page that leaves gives its entries up, and the next one that loads takes them,
 * as it takes those of a page that died. Should two pages send the same one, its clientId makes it one message.
 */
import { makeClientId } from './ids.js';

const KEY = 'martlet.guest.outbox';
const DEAD_AFTER = 60 * 1000;
const KEPT_FOR = 7 * 24 * 60 * 60 * 1000;

/** `ticketId`: the conversation that takes what was to open one. Use the result like a storedValue of a list. */
export function guestOutbox({ storage, ticketId = null, env = globalThis, owner = makeClientId() }) {
  let own = [];

  const all = () => {
    try {
      const entries = JSON.parse(storage.getItem(KEY));
      return Array.isArray(entries) ? entries : [];
    } catch {
      return [];
    }
  };
  const write = (entries) => {
    try {
      storage.setItem(KEY, JSON.stringify(entries));
    } catch {
      // A full storage: this page goes on with what it has in memory.
    }
  };
  const set = (next) => {
    const mine = new Set([...own, ...next].map((entry) => entry.clientId));
    own = next;
    write([...all().filter((entry) => !mine.has(entry.clientId)), ...own.map((entry) => ({ ...entry, owner }))]);
  };

  const age = (entry) => Date.now() - Date.parse(entry.at);
  write(all().filter((entry) => age(entry) < KEPT_FOR));
  const orphans = all().filter((entry) => !entry.owner || age(entry) > DEAD_AFTER);
  if (orphans.length > 0) set(orphans.map((entry) => ({ ...entry, ticketId: entry.ticketId ?? ticketId })));

  env.addEventListener?.('pagehide', () => {
    const ids = new Set(own.map((entry) => entry.clientId));
    if (ids.size > 0) write(all().map((entry) => (ids.has(entry.clientId) ? { ...entry, owner: null } : entry)));
  });
  env.addEventListener?.('pageshow', (event) => event.persisted && own.length > 0 && set(own));

  return { get: () => own, set };
}
