/** The browser's `localStorage` or `sessionStorage`, or memory where the browser refuses it. */
export function openStorage(name, env = globalThis) {
  try {
    const storage = env[name];
    const probe = 'martlet.probe';
    storage.setItem(probe, '1');
    storage.removeItem(probe);
    return storage;
  } catch {
    return memoryStorage();
  }
}

export function memoryStorage() {
  const values = new Map();
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, String(value)),
    removeItem: (key) => void values.delete(key),
    keys: () => [...values.keys()],
  };
}

/** A JSON value under `key`; what cannot be read is `fallback`, what cannot be written is only kept in memory. */
export function storedValue(storage, key, fallback) {
  let value;
  try {
    value = JSON.parse(storage.getItem(key)) ?? fallback;
  } catch {
    value = fallback;
  }
  return {
    get: () => value,
    set: (next) => {
      value = next;
      try {
        storage.setItem(key, JSON.stringify(next));
      } catch {
        // A full or refused storage: this page goes on without.
      }
    },
  };
}

export const AGENT_PREFIX = 'martlet.agent.';

/** Removes what agents' pages keep: drafts in this tab, unsent messages in this browser. */
export function forgetAgent(storages = [openStorage('sessionStorage'), openStorage('localStorage')]) {
  for (const storage of storages) {
    for (const key of Object.keys(storage)) if (key.startsWith(AGENT_PREFIX)) storage.removeItem(key);
  }
}
