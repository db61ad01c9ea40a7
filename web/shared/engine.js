/**
 * One Engine.IO 4 connection over one transport ("websocket" or "polling"), without upgrade.
 * After `onClose(reason)` nothing is called any more. `env` has `WebSocket` and `fetch`.
 * Polling is loaded only where it is needed.
 */
export function openEngine({ transport, url, env, onOpen, onMessage, onClose }) {
  let patience = 0;
  let heardAt;
  let watchdog;
  let isOver;

  const close = (reason) => {
    if (isOver) return;
    isOver = true;
    clearTimeout(watchdog);
    wire.close();
    onClose(reason);
  };

  function receive(packet) {
    if (isOver) return;
    const type = packet[0];
    const body = packet.slice(1);
    if (type === '0') {
      const handshake = JSON.parse(body);
      patience = handshake.pingInterval + handshake.pingTimeout;
      wire.open?.(handshake);
      onOpen();
    }
    if (type === '1') close('transport close');
    if (type === '2') wire.write('3');
    if (type === '4') onMessage(body);
    if (isOver || !patience) return;
    heardAt = Date.now();
    clearTimeout(watchdog);
    watchdog = setTimeout(close, patience, 'ping timeout');
  }

  let wire = { close() {} };
  if (transport === 'websocket') {
    wire = overWebSocket(url, env, receive, close);
  } else {
    import('./polling.js').then(
      ({ overPolling }) => isOver || (wire = overPolling(url, env, receive, close)),
      () => close('transport error'),
    );
  }
  return {
    send(message) {
      if (!isOver) wire.write(`4${message}`);
    },
    /** Closes the connection and calls `onClose(reason)`. */
    close,
    /** True if the server has been silent for longer than it may be. Timers stand still while a computer sleeps. */
    isSilent: () => patience > 0 && Date.now() - heardAt > patience,
  };
}

function overWebSocket(url, env, receive, close) {
  let socket;
  try {
    socket = new env.WebSocket(`${url.replace(/^http/, 'ws')}&transport=websocket`);
  } catch {
    setTimeout(close, 0, 'transport error');
    return { close() {} };
  }
  socket.onmessage = ({ data }) => receive(data);
  socket.onclose = () => close('transport close');
  socket.onerror = () => close('transport error');
  return {
    write: (packet) => socket.readyState === 1 && socket.send(packet),
    close: () => socket.close(),
  };
}
