const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';

/**
 * A new clientId: 9 digits of time, so that ids sort by when they were made, then 12 random ones.
 * `crypto.randomUUID` is no alternative: it is missing on plain http pages.
 */
export function makeClientId(now = Date.now(), bytes = crypto.getRandomValues(new Uint8Array(12))) {
  const time = Math.max(0, Math.trunc(now)).toString(36).padStart(9, '0');
  return time + Array.from(bytes, (byte) => ALPHABET[byte % 36]).join('');
}
