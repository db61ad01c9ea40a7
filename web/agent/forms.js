/** Posts JSON; resolves with `{status, body, retryAfter}` (seconds), status 0 if the server cannot be reached. */
export async function postJSON(url, value = {}) {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(value),
    });
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
