/** Who the guest is by the word of the page: loaded where the page says something, or has said so before. */

/**
 * `person` is who the page says it is, `{id, exp, hash, name?, email?}`, or without `hash` only `{name?, email?}`: a
 * name and an address that nobody vouches for are told as the guest would tell them; the guest's own words win.
 */
export function identify(guest, person) {
  const { client, identity } = guest;
  const { hash, name, email } = person ?? {};
  if (hash || !person) guest.told = undefined;
  guest.details = !hash && (name || email) ? { name, email, ...guest.told } : guest.told;
  identity.identity = hash && person;
  if (hash) client.restart();
  else if (guest.details && client.isReady) client.introduce(guest.details).catch(() => {});
}

/** Forgets who this was, for the next one at this computer. */
export function reset(guest) {
  identify(guest);
  guest.outbox.set([]);
  guest.identity.adopt('');
  guest.draft = '';
  guest.client.restart();
  guest.choose(null);
}

/** Whom the site vouches for finds on this device what was begun on another one. */
export async function recognise(guest) {
  const { client, identity } = guest;
  // From now on the token stands for it, also when the time of the site's word is over.
  identity.identity = undefined;
  if (identity.ticketId) return;
  const { tickets } = await client.ownTickets();
  const open = tickets.find(({ status }) => status === 'open');
  if (open && !guest.chat.ticketId && !guest.chat.state.pending.length) guest.choose(open.ticketId);
}
