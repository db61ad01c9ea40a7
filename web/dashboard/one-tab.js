/**
 * Lets one tab of a browser do what all would do: the first that claims a key has it for 10 s. By Web Locks; where there
 * are none, as on plain http pages, by a BroadcastChannel, where two tabs may both win in the same instant.
 */
const HELD_FOR = 10000;
const PATIENCE = 80;

/** Resolves with whether this tab may. A tab that is not looked at waits a little, so that the other one wins. */
export function openClaims({ locks = globalThis.navigator?.locks, Channel = globalThis.BroadcastChannel, isVisible = () => true } = {}) {
  const later = (delay) => new Promise((resolve) => setTimeout(resolve, delay));
  if (locks) {
    return async (key) => {
      if (!isVisible()) await later(PATIENCE);
      return new Promise((resolve) => {
        locks.request(`martlet.${key}`, { ifAvailable: true }, (lock) => {
          resolve(lock !== null);
          return lock && later(HELD_FOR);
        });
      });
    };
  }
  const taken = new Set();
  const channel = Channel && new Channel('martlet.claims');
  if (channel) channel.onmessage = ({ data }) => taken.add(data);
  return async (key) => {
    if (channel) await later(isVisible() ? 0 : PATIENCE * (1 + Math.random()));
    if (taken.has(key)) return false;
    taken.add(key);
    channel?.postMessage(key);
    setTimeout(() => taken.delete(key), HELD_FOR);
    return true;
  };
}
