/**
 * Splits text into `{text}` and `{text, href}`. Only http, https and mailto become links: the pattern names them,
 * and the address is what stands there, so that nobody can be led elsewhere than he reads.
 */
const ADDRESS = /\bhttps?:\/\/[^\s<>"]+|\bmailto:[^\s<>"@]+@[^\s<>"]+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+/gi;

export function linkParts(text) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = withoutTail(match[0]);
    const href = toHref(address);
    if (!href) continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index) });
    parts.push({ text: address, href });
    end = match.index + address.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}

/** Punctuation after an address belongs to the sentence; a closing bracket too, unless it was opened inside. */
function withoutTail(address) {
  let end = address.length;
  const opened = (character) => address.slice(0, end).split(character).length;
  while (end > 0) {
    const last = address[end - 1];
    const isUnmatched = (last === ')' && opened(')') > opened('(')) || (last === ']' && opened(']') > opened('['));
    if (!isUnmatched && !/[.,;:!?'*_~»”’]/.test(last)) break;
    end -= 1;
  }
  return address.slice(0, end);
}

function toHref(address) {
  try {
    const url = new URL(/^(https?|mailto):/i.test(address) ? address : `mailto:${address}`);
    return ['http:', 'https:', 'mailto:'].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
