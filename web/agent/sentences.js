const WEAK_PASSWORD = 'Please choose another password: 10 characters or more, and not one that is tried first.';

/** What to tell people when an account form was refused. */
export function loginSentence({ status, code, field, retryAfter = 0 }) {
  if (status === 0) return 'The server cannot be reached. Check your connection and try again.';
  if (status === 429 || code === 'rate_limited') {
    return `Too many attempts. Please wait ${waitingTime(retryAfter)}, then try again.`;
  }
  if (code === 'totp_required') {
    return field ? 'This code is not right, or was used already. Please enter the next one.' : 'Please enter your code too.';
  }
  if (status === 401 || code === 'unauthorized') return 'This username and password do not match.';
  if (status === 403 || code === 'forbidden') return 'The server does not accept logins from this address.';
  if (status === 400 || code === 'invalid') return 'Please fill in your username and password.';
  return 'The server cannot log you in right now. Please try again in a moment.';
}

/** `field` tells where the sentence belongs; without one it is about the whole form. */
export function setupProblem({ status, error = {} }) {
  if (status === 0) return { sentence: 'The server cannot be reached. Check your connection and try again.' };
  if (status === 404) {
    const advice = 'If your account exists, log in. If not, restart the server: it prints a new link.';
    return { sentence: `This link is used up or too old. ${advice}`, isFinal: true };
  }
  if (status === 409) return { field: 'username', sentence: 'This username is taken. Please choose another.' };
  if (error.code === 'invalid') return invalid(error.field);
  if (status === 429) return { sentence: 'Too many attempts. Please try again in a moment.' };
  return { sentence: 'The server cannot do this right now. Please try again in a moment.' };
}

/** What a person can see before the server does: `{field: sentence}`. */
export function setupMistakes({ name, username, password, again }) {
  const mistakes = {};
  if (!name.trim()) mistakes.name = 'Please tell your name.';
  if (!username.trim()) mistakes.username = 'Please choose a username.';
  if ([...password].length < 10) mistakes.password = 'Please use at least 10 characters.';
  else if (again !== password) mistakes.again = 'The two passwords are not the same.';
  return mistakes;
}

/** The heading of a password link's page. */
export function linkWelcome({ name, kind }) {
  if (kind === 'invite') {
    return { title: `Welcome, ${name}`, lead: 'You were invited to answer guests here. Choose a password, and begin.' };
  }
  return { title: 'A new password', lead: `For ${name}. All other sessions of yours end with it.` };
}

/** What a person can see before the server does. */
export function linkMistakes({ password, again }) {
  const mistakes = {};
  if ([...password].length < 10) mistakes.password = 'Please use at least 10 characters.';
  else if (again !== password) mistakes.again = 'The two passwords are not the same.';
  return mistakes;
}

/** As `setupProblem`. */
export function linkProblem({ status, error = {}, retryAfter = 0 }) {
  if (status === 0) return { sentence: 'The server cannot be reached. Check your connection and try again.' };
  if (status === 404) {
    const advice = 'Log in if you have chosen your password. If not, ask your admin for a new link.';
    return { sentence: `This link is used up or too old. ${advice}`, isFinal: true };
  }
  if (status === 429) return { sentence: `Too many attempts. Please wait ${waitingTime(retryAfter)}, then try again.` };
  if (error.code === 'invalid' && error.field === 'password') return { field: 'password', sentence: WEAK_PASSWORD };
  if (error.code === 'invalid') {
    return { sentence: 'This link is not complete. Open it as you got it, with everything after the #.', isFinal: true };
  }
  return { sentence: 'The server cannot do this right now. Please try again in a moment.' };
}

/** The same for the settings. */
export function settingsProblem({ status, error = {}, retryAfter = 0 }) {
  if (status === 0) return { sentence: 'The server cannot be reached. Check your connection and try again.' };
  if (status === 429) {
    return { sentence: `Too many attempts. Please wait ${waitingTime(retryAfter)}, then try again.` };
  }
  if (status === 401) return { field: 'current', sentence: 'Your password was changed elsewhere. Please log in again.' };
  if (status === 409) return { sentence: 'This was changed elsewhere. Reload the page to see how things stand.' };
  if (status === 403) return { sentence: 'You are not allowed to do this.' };
  if (error.code === 'invalid' && error.field === 'current') {
    return { field: 'current', sentence: 'This is not your password.' };
  }
  if (error.code === 'invalid' && error.field === 'password') return { field: 'password', sentence: WEAK_PASSWORD };
  if (error.code === 'invalid' && error.field === 'code') {
    return { sentence: 'This code is not right. Look whether the clock of the telephone is.' };
  }
  return { sentence: 'The server cannot do this right now. Please try again in a moment.' };
}

/** What a person can see before the server does. */
export function passwordMistakes({ current, password, again }) {
  const mistakes = linkMistakes({ password, again });
  return current ? mistakes : { current: 'Please enter the password you have now.', ...mistakes };
}

function invalid(field) {
  const sentences = {
    name: 'Please choose another name, of at most 200 characters.',
    username: 'Please choose another username: letters, digits, dots, dashes.',
    password: WEAK_PASSWORD,
  };
  if (field in sentences) return { field, sentence: sentences[field] };
  return { sentence: 'The server could not accept this. Please look over the fields.' };
}

function waitingTime(seconds) {
  if (seconds > 90) return `${Math.ceil(seconds / 60)} minutes`;
  return seconds > 1 ? `${seconds} seconds` : 'a moment';
}
