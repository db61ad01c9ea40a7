/** Posts JSON; resolves with `{status, body, retryAfter}` (seconds), status 0 if the server cannot be reached. */
export const postJSON = (url, value = {}) => sendJSON('POST', url, value);

/** As `postJSON`. */
export const getJSON = (url) => sendJSON('GET', url);

/** As `postJSON`, by any method; without a value nothing is sent with it. */
export async function sendJSON(method, url, value) {
  try {
    const headers = { accept: 'application/json' };
    if (value !== undefined) headers['content-type'] = 'application/json';
    const response = await fetch(url, { method, headers, body: value === undefined ? undefined : JSON.stringify(value) });
    const retryAfter = Number(response.headers.get('retry-after')) || 0;
    return { status: response.status, body: await response.json().catch(() => ({})), retryAfter };
  } catch {
    return { status: 0, body: {}, retryAfter: 0 };
  }
}

/** Shows a sentence in an element with `role="alert"`, or hides it. */
export function showError(element, sentence) {
  element.hidden = !sentence;
  element.textContent = sentence;
}

/** Locks the form's button while `work` runs, so that nothing is sent twice. */
export async function whileBusy(button, words, work) {
  const label = button.textContent;
  button.disabled = true;
  button.textContent = words;
  try {
    await work();
  } finally {
    button.disabled = false;
    button.textContent = label;
  }
}

/**
 * For a form whose fields have a hint each, `NAME-hint`: returns what puts a sentence in the place of a hint, by the
 * field's name, and moves to the first of them. Fields without a sentence show their hint again.
 */
export function makeMarker(form, fields) {
  const hintOf = (field) => document.getElementById(`${field}-hint`);
  const hints = Object.fromEntries(fields.map((field) => [field, hintOf(field).textContent]));
  return (mistakes) => {
    for (const field of fields) {
      hintOf(field).textContent = mistakes[field] ?? hints[field];
      hintOf(field).classList.toggle('is-mistake', field in mistakes);
      form.elements[field].setAttribute('aria-invalid', String(field in mistakes));
    }
    form.elements[fields.find((field) => field in mistakes)]?.focus();
  };
}
