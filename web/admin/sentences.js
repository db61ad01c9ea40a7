/** What to tell an admin when the server refused. Every code of the contract has a sentence; fields have their own. */

const FIELDS = {
  username: 'Please choose another username: letters, digits, dots, dashes, at most 200 characters.',
  name: 'Please give a name, and not too long a one.',
  role: 'Please choose what this person may do.',
  origins: 'One of the addresses is no origin such as https://shop.example, or there are more than 50.',
  origin: 'This is no origin that can be allowed.',
  color: 'Please choose a colour as #rrggbb.',
  greeting: 'The greeting is too long: 300 characters at most.',
  title: 'The title is too long.',
  timeZone: 'This server does not know this time zone. Please choose another.',
  days: 'Please look over the times: each ends after it begins, and there are at most 28.',
  words: 'One of the words is too long, or there are too many.',
  text: 'Please write a text, of at most 4,000 characters.',
};

const CODES = {
  invalid: 'The server could not accept this. Please look over the fields.',
  unauthorized: 'Your session has ended. Please log in again.',
  forbidden: 'Only admins may do this.',
  not_found: 'This is not there any more. Somebody else may have removed it.',
  closed: 'This conversation is closed.',
  conflict: 'This does not go together with what is there now. Reload to see how things stand.',
  too_large: 'This is more than the server takes at once. Please shorten it.',
  unavailable: 'The server cannot do this right now. Please try again in a moment.',
  timeout: 'The server did not answer. Please try again.',
  disconnected: 'The server cannot be reached. Check your connection and try again.',
};

const OF_STATUS = { 0: 'disconnected', 401: 'unauthorized', 403: 'forbidden', 404: 'not_found', 409: 'conflict', 413: 'too_large' };

/** `special` overrides codes: `{conflict: 'This username is taken.'}`. `retryAfter` in seconds. */
export function problemSentence({ status, code, field, retryAfter = 0 }, special = {}) {
  const known = code ?? OF_STATUS[status] ?? 'unavailable';
  if (Object.hasOwn(special, known)) return special[known];
  if (known === 'rate_limited' || status === 429) return `Too many requests. Please wait ${waitingTime(retryAfter)}, then try again.`;
  if (known === 'invalid' && Object.hasOwn(FIELDS, field ?? '')) return FIELDS[field];
  return Object.hasOwn(CODES, known) ? CODES[known] : CODES.unavailable;
}

function waitingTime(seconds) {
  if (seconds > 90) return `${Math.ceil(seconds / 60)} minutes`;
  return seconds > 1 ? `${seconds} seconds` : 'a moment';
}
