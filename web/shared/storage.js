/** The browser's `localStorage` or `sessionStorage`, or memory where the browser refuses it. */
export function openStorage(name) {
  try {
    const storage = globalThis[name];
    storage.setItem('martlet.probe', '1');
    storage.removeItem('martlet.probe');
    return storage;
  } catch {
    return memoryStorage();
  }
}

export const memoryStorage = (values = new Map()) => ({
  getItem: (key) => values.get(key) ?? null,
  setItem: (key, value) => values.set(key, `${value}`),
  removeItem: (key) => values.delete(key),
});
