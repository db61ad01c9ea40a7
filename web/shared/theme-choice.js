/** The choice between the system's theme, light and dark, kept in this browser; shared/theme.js applies it. */
import { openStorage } from './storage.js';

const KEY = 'martlet.theme';

export const THEMES = { system: 'Like the system', light: 'Light', dark: 'Dark' };

/** A key of `THEMES`. */
export function chosenTheme(storage = openStorage('localStorage')) {
  const theme = storage.getItem(KEY);
  return Object.hasOwn(THEMES, theme ?? '') ? theme : 'system';
}

export function chooseTheme(theme, storage = openStorage('localStorage'), target = globalThis) {
  if (theme === 'system') storage.removeItem(KEY);
  else storage.setItem(KEY, theme);
  target.dispatchEvent(new CustomEvent('martlet-theme', { detail: theme }));
}
