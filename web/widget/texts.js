/** Texts of one language: `say('news', {n: 3})` puts 3 in the place of {n}. */
export const speak = (texts) => (key, values) =>
  (texts[key] ?? texts.unavailable).replace(/\{(\w+)\}/g, (_, name) => values[name]);
