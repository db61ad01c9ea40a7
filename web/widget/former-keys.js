import { DEFAULT_SITE, formerKey, siteKey } from '../shared/site-key.js';

/**
 * What lies under the former names of the default site comes along, unless there is a conversation or a message
 * already. Loaded where something does.
 */
export function takeOver(storage) {
  const keys = ['guest', 'ticket', 'guest.outbox'].map((key) => [formerKey(key), siteKey(DEFAULT_SITE, key)]);
  const [, [, ticket], [, outbox]] = keys;
  if (storage.getItem(ticket) || !['[]', null].includes(storage.getItem(outbox))) return;
  for (const [from, to] of keys) {
    const value = storage.getItem(from);
    if (value === null) continue;
    try {
      storage.setItem(to, value);
    } catch {
      // Refused: it stays where it is.
      return;
    }
    storage.removeItem(from);
  }
}
