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
