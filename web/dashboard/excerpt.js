/** Cuts an excerpt at its ranges (`[[start, end], ...]` in UTF-16 units): `{text, isHit}`. Bad ranges are left out. */
export function excerptParts(excerpt, ranges = []) {
  const parts = [];
  let end = 0;
  const add = (until, isHit) => {
    if (until > end) parts.push({ text: excerpt.slice(end, until), isHit });
    end = Math.max(end, until);
  };
  for (const [start, stop] of [...ranges].sort((a, b) => a[0] - b[0])) {
    if (!(start >= end && stop > start && stop <= excerpt.length)) continue;
    add(start, false);
    add(stop, true);
  }
  add(excerpt.length, false);
  return parts;
}
