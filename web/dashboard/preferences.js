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

export function openPreferences(storage) {
  const stored = storedValue(storage, KEY, {});
  const listeners = new Set();
  return {
    get(name) {
      const value = stored.get()?.[name];
      return CHOICES[name].includes(value) ? value : CHOICES[name][0];
    },
    set(name, value) {
      stored.set({ ...stored.get(), [name]: value });
      listeners.forEach((listener) => listener(name));
    },
    subscribe: (listener) => listeners.add(listener),
  };
}
