import { siteKey } from './site-key.js';

/**
 * Who this browser is for the desk: the guest's token and the conversation it is in. Both lie in localStorage, so
 * that a reload and other tabs find them. `site` is the siteId.
 */
export function openIdentity(storage, site) {
  const name = (key) => siteKey(site, key);
  const read = (key) => storage.getItem(name(key)) ?? '';
  const write = (key, value) => {
    try {
      storage.setItem(name(key), value);
    } catch {
      // Refused: this page keeps its token in memory.
    }
  };
  let token = read('guest');
  const self = {
    /** The name under which the browser keeps something of this site. */
    name,
    /**
     * The CONNECT payload; set `identity` to what the site vouches for: `{id, exp, hash, name?, email?}`. Always with
     * a token, even an empty one: that is what makes us a guest.
     */
    auth: () => ({ guestToken: token, site, identity: self.identity }),
    /** Who has written nothing yet is forgotten with the page: the next one need not connect for him. */
    adopt(next) {
      token = next;
      if (read('guest') || self.identity) write('guest', token);
    },
    get ticketId() {
      return read('ticket') || null;
    },
    /** Two tabs may each have been given a guest; the one that opens a ticket decides who this browser is. */
    remember(ticketId) {
      write('guest', token);
      write('ticket', ticketId ?? '');
    },
    /**
     * Calls `onTicket(ticketId)` when another tab has opened a ticket; `reload()` then takes over its identity. Calls
     * `onGuest()` when it has become somebody whom the site vouches for; this one is, too, by then.
     */
    follow(onTicket, onGuest) {
      addEventListener('storage', ({ key, oldValue, newValue }) => {
        if (newValue && key === name('ticket')) onTicket(newValue);
        // Who is vouched for here may be somebody else: the two tabs would take the browser from each other for ever.
        if (!newValue || key !== name('guest') || oldValue !== token || self.identity) return;
        token = newValue;
        onGuest();
      });
    },
    reload() {
      const before = token;
      token = read('guest');
      return token !== before;
    },
  };
  return self;
}
