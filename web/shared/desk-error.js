/**
 * What an ack refused, or `timeout` / `disconnected` when none came. `until`: when it may be asked again, or NaN.
 * `isUnanswered`: the same request may have been done, so it is repeated with the same clientId.
 */
export class DeskError extends Error {
  constructor(fields) {
    super(fields?.code);
    Object.assign(this, { code: 'unavailable' }, fields, { until: Date.now() + fields?.retryAfterMs });
  }
}
