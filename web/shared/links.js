/**
 * Splits text into `{text}` and `{text, href}`. Only http, https and mailto become links: the pattern names them,
 * and the address is what stands there, so that nobody can be led elsewhere than he reads.
 */
const ADDRESS = /\bhttps?:\/\/[^\s<>"]+|\bmailto:[^\s<>"@]+@[^\s<>"]+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+/gi;

export function linkParts(text) {
  const parts = [];
  let end = 0;
  const add = (start, properties) => {
    if (start > end) parts.push({ text: text.slice(end, start), ...properties });
    end = start;
  };
  for (const { 0: match, index } of text.matchAll(ADDRESS)) {
    const address = withoutTail(match);
    try {
      const { href } = new URL(/^(https?|mailto):/i.test(address) ? address : `mailto:${address}`);
      add(index);
      add(index + address.length, { href });
    } catch {
      // No address: it stays text.
    }
  }
  add(text.length);
  return parts;
}

/** Punctuation after an address belongs to the sentence; a closing bracket too, unless it was opened inside. */
function withoutTail(address) {
  const surplus = (opening, closing) => address.split(closing).length - address.split(opening).length;
  const unmatched = { ')': surplus('(', ')'), ']': surplus('[', ']') };
  let end = address.length;
  while (unmatched[address[end - 1]]-- > 0 || /[.,;:!?'*_~»”’]/.test(address[end - 1])) end -= 1;
  return address.slice(0, end);
}
