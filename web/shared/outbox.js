/**
 * What somebody has written and the server has not stored, in localStorage, so that it outlives its tab. An entry
 * belongs to the page that sends it. A page that leaves gives its entries up; the next one that loads takes them, as
 * it takes those of a page that died, or another page that is there, once it is clear that nobody reloads. Should two
 * pages send the same one, its clientId makes it one message.
 */
import { makeClientId } from './ids.js';

export const GUEST_OUTBOX = 'martlet.guest.outbox';
const DEAD_AFTER = 60 * 1000;
const RELOAD_TIME = 3000;
const KEPT_FOR = 7 * 24 * 60 * 60 * 1000;

/** `currentTicket()`: the conversation that takes what was to open one. Use the result like a storedValue of a list. */
export function openOutbox({ storage, key, currentTicket = () => null, env = globalThis, owner = makeClientId() }) {
  let own = [];
  /** The clientIds of those that lie in the storage: if one is gone from there, it was sent or given up elsewhere. */
  let kept = new Set();
  let timer;
  const listeners = new Set();

  const all = () => {
    try {
      const entries = JSON.parse(storage.getItem(key));
      return Array.isArray(entries) ? entries : [];
    } catch {
      return [];
    }
  };
  const write = (entries) => {
    try {
      storage.setItem(key, JSON.stringify(entries));
      return true;
    } catch {
      return false; // A full storage: this page goes on with what it has in memory.
    }
  };
  const set = (next) => {
    const mine = idsOf([...own, ...next]);
    own = next;
    const others = all().filter((entry) => !mine.has(entry.clientId));
    if (write([...others, ...own.map((entry) => ({ ...entry, owner }))])) kept = idsOf(own);
  };
  const adopt = (isFree) => {
    const mine = idsOf(own);
    const free = all().filter((entry) => isFree(entry) && !mine.has(entry.clientId));
    const taken = free.map((entry) => ({ ...entry, ticketId: entry.ticketId ?? currentTicket() }));
    if (taken.length > 0) set([...own, ...taken]);
    return taken.length > 0;
  };
  const dropWhatIsGone = () => {
    const there = idsOf(all());
    const left = own.filter((entry) => there.has(entry.clientId) || !kept.has(entry.clientId));
    const isChanged = left.length < own.length;
    own = left;
    return isChanged;
  };
  const tell = () => listeners.forEach((listener) => listener());

  if (all().some((entry) => age(entry) >= KEPT_FOR)) write(all().filter((entry) => age(entry) < KEPT_FOR));
  adopt((entry) => !entry.owner || age(entry) > DEAD_AFTER);

  env.addEventListener?.('pagehide', () => {
    const mine = idsOf(own);
    if (mine.size > 0) write(all().map((entry) => (mine.has(entry.clientId) ? { ...entry, owner: null } : entry)));
  });
  env.addEventListener?.('pageshow', (event) => {
    if (!event.persisted || own.length === 0) return;
    dropWhatIsGone();
    set(own);
    tell();
  });
  env.addEventListener?.('storage', (event) => {
    if (event.key !== key && event.key !== null) return;
    if (dropWhatIsGone()) tell();
    clearTimeout(timer);
    const isFree = (entry) => !entry.owner;
    if (all().some(isFree)) timer = setTimeout(() => adopt(isFree) && tell(), RELOAD_TIME);
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

const idsOf = (entries) => new Set(entries.map((entry) => entry.clientId));
const age = (entry) => Date.now() - Date.parse(entry.at);
