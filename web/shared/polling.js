/** Engine.IO over HTTP: one request waits for packets, another one carries those that are written. */
const SEPARATOR = '\x1e';

export function overPolling(url, env, receive, close) {
  const abort = new AbortController();
  const size = (text) => new TextEncoder().encode(text).length + 1;
  let address = `${url}&transport=polling`;
  let limit;
  let sid;
  let queue = [];
  let isPosting;
  let isClosed;

  const call = async (options) => {
    const response = await env.fetch(address, { cache: 'no-store', signal: abort.signal, ...options });
    if (!response.ok) throw response;
    return response.text();
  };
  const guard = (work) => work().catch(() => close('transport error'));
  const flush = async () => {
    if (isPosting) return;
    isPosting = true;
    while (queue.length) {
      let count = 0;
      let total = 0;
      while (count < queue.length && (total += size(queue[count])) <= limit) count += 1;
      await call({ method: 'POST', body: queue.splice(0, count || 1).join(SEPARATOR) });
    }
    isPosting = false;
  };

  guard(async () => {
    while (!isClosed) (await call()).split(SEPARATOR).forEach(receive);
  });
  return {
    open(handshake) {
      sid = handshake.sid;
      address += `&sid=${encodeURIComponent(sid)}`;
      limit = handshake.maxPayload;
    },
    write(packet) {
      queue.push(packet);
      guard(flush);
    },
    close() {
      isClosed = true;
      queue = [];
      if (sid) env.fetch(address, { method: 'POST', body: '1', keepalive: true }).catch(() => {});
      abort.abort();
    },
  };
}
