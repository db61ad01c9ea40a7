/**
 * Engine.IO over HTTP, with the face of a WebSocket: one request waits for packets, another one carries those that are
 * written. Loaded only where WebSocket fails.
 */
const SEPARATOR = '\x1e';

export function openPolling(url) {
  const abort = new AbortController();
  const size = (text) => new TextEncoder().encode(text).length + 1;
  let address = `${url}&transport=polling`;
  let limit;
  let sid;
  let queue = [];
  let isPosting;

  const call = async (options) => {
    const response = await fetch(address, { cache: 'no-store', signal: abort.signal, ...options });
    if (!response.ok) throw response;
    return response.text();
  };
  const guard = (work) => work().catch(() => self.readyState === 1 && self.onerror());
  const receive = (data) => {
    if (data[0] === '0') {
      ({ sid, maxPayload: limit } = JSON.parse(data.slice(1)));
      address += `&sid=${encodeURIComponent(sid)}`;
    }
    self.onmessage({ data });
  };
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

  const self = {
    readyState: 1,
    send(packet) {
      queue.push(packet);
      guard(flush);
    },
    close() {
      self.readyState = 3;
      queue = [];
      if (sid) fetch(address, { method: 'POST', body: '1', keepalive: true }).catch(() => {});
      abort.abort();
    },
  };
  guard(async () => {
    while (self.readyState === 1) (await call()).split(SEPARATOR).forEach(receive);
  });
  return self;
}
