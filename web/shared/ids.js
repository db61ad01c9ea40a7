/**
 * A new clientId: 9 digits of time, so that ids sort by when they were made, then 12 random ones.
 * `crypto.randomUUID` is no alternative: it is missing on plain http pages.
 */
export const makeClientId = (now = Date.now(), bytes = crypto.getRandomValues(new Uint8Array(12))) =>
  bytes.reduce((id, byte) => id + (byte % 36).toString(36), now.toString(36).padStart(9, '0'));
