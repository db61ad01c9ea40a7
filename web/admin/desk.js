/** The agents' socket, for what only events can do: opened when a section first asks for it, closed by nobody. */
import { AgentClient } from '../shared/agent-client.js';
import { DeskError } from '../shared/desk-error.js';
import { openSocket } from '../shared/socket.js';
import { openStorage } from '../shared/storage.js';

const DEADLINE = 10000;

/** A function that resolves with a client that is ready, or throws a `DeskError`. */
export function lazyDesk({ onRevoked }) {
  let client;
  return () => {
    if (!client) {
      const socket = openSocket({ url: new URL('/socket.io/', location.href).href, memory: openStorage('sessionStorage') });
      client = new AgentClient(socket);
      client.on('revoked', onRevoked);
      client.start();
    }
    return ready(client);
  };
}

function ready(client) {
  if (client.isReady) return client;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => end(() => reject(new DeskError({ code: 'disconnected' }))), DEADLINE);
    const stop = client.on('ready', () => end(() => resolve(client)));
    const end = (work) => {
      clearTimeout(timer);
      stop();
      work();
    };
  });
}
