/** What an ack refused, or `timeout` / `disconnected` when none came. `until`: when it may be asked again, or NaN. */
export class DeskError extends Error {
  constructor({ code = 'unavailable', message, field, retryAfterMs } = {}) {
    super(message || code);
    Object.assign(this, { code, field, retryAfterMs, until: Date.now() + retryAfterMs });
  }

  /** No answer came: the same request may have been done, so it is repeated with the same clientId. */
  get isUnanswered() {
    return this.code === 'timeout' || this.code === 'disconnected';
  }
}
