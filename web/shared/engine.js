/**
 * One Engine.IO 4 connection over one transport ("websocket" or "polling"), without upgrade.
 * After `onClose(reason)` nothing is called any more. `env` has `WebSocket` and `fetch`.
 */
const SEPARATOR = '\x1e';

export class Engine {
  #transport;
  #handlers;
  #watchdog;
  #patience = 0;
  #heardAt = 0;
  #isOver = false;

  constructor({ transport, url, env = globalThis, ...handlers }) {
    this.#handlers = handlers;
    const open = transport === 'websocket' ? overWebSocket : overPolling;
    this.#transport = open(url, env, (packet) => this.#receive(packet), (reason) => this.#end(reason));
  }

  send(message) {
    if (!this.#isOver) this.#transport.write(`4${message}`);
  }

  /** Closes the connection and calls `onClose(reason)`. */
  close(reason) {
    this.#end(reason);
  }

  /** True if the server has been silent for longer than it may be. Timers stand still while a computer sleeps. */
  get isSilent() {
    return this.#patience > 0 && Date.now() - this.#heardAt > this.#patience;
  }

  #receive(packet) {
    if (this.#isOver) return;
    switch (packet[0]) {
      case '0': {
        const handshake = parse(packet.slice(1));
        if (!handshake?.sid) return this.#end('parse error');
        this.#patience = handshake.pingInterval + handshake.pingTimeout;
        this.#transport.open?.(handshake);
        this.#handlers.onOpen();
        break;
      }
      case '1':
        return this.#end('transport close');
      case '2':
        this.#transport.write('3');
        break;
      case '4':
        this.#handlers.onMessage(packet.slice(1));
        break;
    }
    this.#listen();
  }

  #listen() {
    if (this.#isOver || !this.#patience) return;
    this.#heardAt = Date.now();
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.#end('ping timeout'), this.#patience);
  }

  #end(reason) {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#watchdog);
    this.#transport?.close();
    this.#handlers.onClose(reason);
  }
}

function overWebSocket(url, env, onPacket, onEnd) {
  let socket;
  try {
    socket = new env.WebSocket(`${url.replace(/^http/, 'ws')}&transport=websocket`);
  } catch {
    setTimeout(onEnd, 0, 'transport error');
    return { write() {}, close() {} };
  }
  socket.onmessage = ({ data }) => typeof data === 'string' && onPacket(data);
  socket.onclose = () => onEnd('transport close');
  socket.onerror = () => onEnd('transport error');
  return {
    write: (packet) => socket.readyState === 1 && socket.send(packet),
    close: () => socket.close(),
  };
}

function overPolling(url, env, onPacket, onEnd) {
  const pending = new AbortController();
  const size = (text) => new TextEncoder().encode(text).length + 1;
  let address = `${url}&transport=polling`;
  let limit = Infinity;
  let queue = [];
  let isPosting = false;
  let isClosed = false;

  const call = async (options) => {
    const response = await env.fetch(address, { cache: 'no-store', signal: pending.signal, ...options });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return response.text();
  };
  const guard = async (work) => {
    try {
      await work();
    } catch {
      if (!isClosed) onEnd('transport error');
    }
  };
  const flush = () => guard(async () => {
    if (isPosting) return;
    isPosting = true;
    while (queue.length && !isClosed) {
      let count = 1;
      for (let total = size(queue[0]); count < queue.length; count += 1) {
        total += size(queue[count]);
        if (total > limit) break;
      }
      await call({ method: 'POST', body: queue.splice(0, count).join(SEPARATOR) });
    }
    isPosting = false;
  });

  guard(async () => {
    while (!isClosed) (await call()).split(SEPARATOR).forEach(onPacket);
  });
  return {
    open: ({ sid, maxPayload }) => {
      address += `&sid=${encodeURIComponent(sid)}`;
      limit = maxPayload;
    },
    write: (packet) => {
      queue.push(packet);
      flush();
    },
    close: () => {
      isClosed = true;
      queue = [];
      if (address.includes('&sid=')) {
        env.fetch(address, { method: 'POST', body: '1', keepalive: true }).catch(() => {});
      }
      pending.abort();
    },
  };
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
