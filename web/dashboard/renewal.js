/** Keeps the login alive: renews at half of what is left, by the server's clock. */
const SHORTEST = 5000;
const LONGEST = 6 * 60 * 60 * 1000;

/** Milliseconds until the renewal; `now` is the server's time. */
export function renewalDelay(expiresAt, now) {
  const left = Date.parse(expiresAt) - Date.parse(now);
  return Math.min(LONGEST, Math.max(SHORTEST, Math.round(left / 2)));
}

/** Renews from now on, until the function it returns is called. `onEnded()`: the login is over. */
export function keepRenewed({ expiresAt, serverTime }, { post, onEnded }) {
  const ahead = Date.parse(serverTime) - Date.now();
  const serverNow = () => new Date(Date.now() + ahead).toISOString();
  let timer;
  let isStopped = false;
  const plan = (until) => {
    timer = setTimeout(() => renew(until), renewalDelay(until, serverNow()));
  };
  async function renew(until) {
    const { status, body } = await post('/agent/renew');
    if (isStopped) return;
    if (status === 401) onEnded();
    else plan(body.expiresAt ?? until);
  }
  if (expiresAt) plan(expiresAt);
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}
