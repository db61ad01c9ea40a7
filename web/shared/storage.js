/** The browser's `localStorage` or `sessionStorage`, or memory where the browser refuses it. */
export function openStorage(name, env = globalThis) {
  try {
    const storage = env[name];
    storage.setItem('martlet.probe', '1');
    storage.removeItem('martlet.probe');
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
