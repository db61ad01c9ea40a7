/** What an agent prefers in this browser; it outlives a logout, and says nothing about anybody. */
import { storedValue } from '../shared/stored-value.js';

const KEY = 'martlet.preferences';

/** The first value of each is the default. */
const CHOICES = {
  enter: ['send', 'newline'],
  singleKeys: [true, false],
  sound: ['all', 'assigned', 'off'],
  desktop: [false, true],
  context: [true, false],
};

/** `target` says when another tab has changed them. */
export function openPreferences(storage, target = globalThis) {
  let stored = storedValue(storage, KEY, {});
  const listeners = new Set();
  const tell = () => listeners.forEach((listener) => listener());
  target.addEventListener('storage', ({ key }) => {
    if (key !== KEY) return;
    stored = storedValue(storage, KEY, {});
    tell();
  });
  return {
    get(name) {
      const value = stored.get()?.[name];
      return CHOICES[name].includes(value) ? value : CHOICES[name][0];
    },
    set(name, value) {
      stored.set({ ...stored.get(), [name]: value });
      tell();
    },
    subscribe: (listener) => listeners.add(listener),
  };
}
