/** What failed, in sentences for agents. What the server says inside is never shown. */
const SENTENCES = {
  closed: 'This conversation was closed before the message arrived.',
  conflict: 'Somebody else changed this a moment ago. Look again, then repeat it.',
  disconnected: 'There is no connection right now. Please try again in a moment.',
  forbidden: 'You are not allowed to do this.',
  invalid: 'The server could not accept this.',
  not_found: 'This conversation is not available any more.',
  rate_limited: 'That was a little fast. Please try again in a moment.',
  timeout: 'The server did not answer. Please try again.',
  too_large: 'This is too long to be sent.',
  unauthorized: 'Your session has ended. Please log in again.',
  unavailable: 'The server cannot do this right now. Please try again in a moment.',
};

/** A sentence for people. */
export function sentenceFor(error) {
  if (error.code === 'invalid' && error.field === 'text') return 'A message has between 1 and 4,000 characters.';
  if (error.code === 'rate_limited' && error.retryAfterMs > 60000) {
    const minutes = Math.ceil(error.retryAfterMs / 60000);
    return `That was too many at once. Please try again in ${minutes} minutes.`;
  }
  return SENTENCES[error.code] ?? SENTENCES.unavailable;
}
