/** Words of the filter as typed: one a line, each once, without regard to case. */
export function parseWords(text) {
  const seen = new Set();
  return text
    .split('\n')
    .map((line) => line.trim().replace(/\s+/g, ' '))
    .filter((word) => {
      const key = word.toLowerCase();
      if (!word || seen.has(key)) return false;
      return seen.add(key);
    });
}
