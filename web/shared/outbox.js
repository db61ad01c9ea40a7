/**
 * What somebody has written and the server has not stored, in localStorage, so that it outlives its tab. An entry
 * belongs to the page that sends it. A page that leaves gives its entries up; the next one that loads takes them, as
 * it takes those of a page that died, or another page that is there, once it is clear that nobody reloads. Should two
 * pages send the same one, its clientId makes it one message.
 */
import { makeClientId } from './ids.js';

const DEAD_AFTER = 60000;
const RELOAD_TIME = 3000;
/** A week. */
const KEPT_FOR = 604800000;

/** `currentTicket()`: the conversation that takes what was to open one. Use the result like a storedValue of a list. */
export function openOutbox({ storage, key, currentTicket = () => null, owner = makeClientId() }) {
  let own = [];
  /** Those that lie in the storage: if one is gone from there, it was sent or given up elsewhere. */
  let kept = [];
  let timer;
  const listeners = new Set();

  const all = () => {
    try {
      return JSON.parse(storage.getItem(key)) ?? [];
    } catch {
      return [];
    }
  };
  /** Says whether it was written: with a full storage, this page goes on with what it has in memory. */
  const write = (entries) => {
    try {
      storage.setItem(key, JSON.stringify(entries));
      return true;
    } catch {
      return false;
    }
  };
  const set = (next) => {
    const mine = [...own, ...next];
    own = next;
    const others = all().filter((entry) => !isIn(mine, entry));
    if (write([...others, ...own.map((entry) => ({ ...entry, owner }))])) kept = own;
  };
  const adopt = (isFree) => {
    const free = all().filter((entry) => isFree(entry) && !isIn(own, entry));
    if (free.length) set([...own, ...free.map((entry) => ({ ...entry, ticketId: entry.ticketId ?? currentTicket() }))]);
    return free.length;
  };
  const dropWhatIsGone = () => {
    const there = all();
    const before = own.length;
    own = own.filter((entry) => isIn(there, entry) || !isIn(kept, entry));
    return own.length < before;
  };
  const tell = () => listeners.forEach((listener) => listener());

  write(all().filter((entry) => age(entry) < KEPT_FOR));
  adopt((entry) => !entry.owner || age(entry) > DEAD_AFTER);

  addEventListener('pagehide', () => {
    if (own.length) write(all().map((entry) => (isIn(own, entry) ? { ...entry, owner: null } : entry)));
  });
  addEventListener('pageshow', ({ persisted }) => {
    if (!persisted || !own.length) return;
    dropWhatIsGone();
    set(own);
    tell();
  });
  addEventListener('storage', (event) => {
    // All of it was cleared, if there is no key.
    if ((event.key ?? key) !== key) return;
    if (dropWhatIsGone()) tell();
    clearTimeout(timer);
    timer = setTimeout(() => adopt((entry) => !entry.owner) && tell(), RELOAD_TIME);
  });

  return {
    get: () => own,
    set,
    /** Calls back when entries came or went by another page; returns a function that ends it. */
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const isIn = (entries, { clientId }) => entries.some((entry) => entry.clientId === clientId);
const age = (entry) => Date.now() - Date.parse(entry.at);
