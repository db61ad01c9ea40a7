/** The admin API by fetch. Answers are the body; whatever is refused is thrown as a `Refusal`. */
import { sendJSON } from '../agent/forms.js';
import { DeskError } from '../shared/desk-error.js';

export class Refusal extends Error {
  constructor({ status, body, retryAfter }) {
    super(body?.error?.message ?? `status ${status}`);
    Object.assign(this, { status, code: body?.error?.code, field: body?.error?.field, retryAfter });
  }
}

/** `onEnded()`: the login is over, nothing more can be asked. */
export function openApi({ onEnded, send = sendJSON }) {
  async function call(method, url, value) {
    const answer = await send(method, url, value);
    if (answer.status >= 200 && answer.status < 300) return answer.body;
    if (answer.status === 401) onEnded();
    throw new Refusal(answer);
  }
  return {
    get: (url) => call('GET', url),
    post: (url, value = {}) => call('POST', url, value),
    put: (url, value) => call('PUT', url, value),
    patch: (url, value) => call('PATCH', url, value),
    remove: (url) => call('DELETE', url),
  };
}

/** Whether the server, or the way to it, said no: everything else is a mistake of this page. */
export const isRefusal = (error) => error instanceof Refusal || error instanceof DeskError;

/** `/admin/api/agents/ID/link`, each part escaped. */
export const path = (...parts) => `/admin/api/${parts.map(encodeURIComponent).join('/')}`;
