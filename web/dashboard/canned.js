/** Canned replies: what is asked for by `/`, and the places in them that have to be filled. */

const PLACE = /\{\{\s*([^{}]*?)\s*\}\}/g;
const SHOWN = 8;
const folded = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase();

/** What is typed after a `/` that begins a word, up to the caret: `{start, query}`, or null. */
export function slashQuery(text, caret) {
  const match = /(?:^|\s)\/([^\s/]*(?: [^\s/]+)?)$/.exec(text.slice(0, caret));
  return match ? { start: caret - match[1].length - 1, query: match[1] } : null;
}

/** Those whose title, then those whose text has all words; the best first. */
export function matchingReplies(replies, query) {
  const words = folded(query).split(/\s+/).filter(Boolean);
  const rank = ({ title, text }) => {
    const name = folded(title);
    if (words.every((word) => name.startsWith(word))) return 0;
    if (words.every((word) => name.includes(word))) return 1;
    return words.every((word) => `${name} ${folded(text)}`.includes(word)) ? 2 : 3;
  };
  const ranked = replies.map((reply) => ({ reply, rank: rank(reply) })).filter((entry) => entry.rank < 3);
  ranked.sort((a, b) => a.rank - b.rank || a.reply.title.localeCompare(b.reply.title));
  return ranked.slice(0, SHOWN).map((entry) => entry.reply);
}

/** `values` by name of the place; what has no value stays as it is, to be filled by hand. */
export function filled(text, values) {
  return text.replace(PLACE, (place, name) => values[name.toLocaleLowerCase()] || place);
}

/** The first place that is not filled, as `{text, start, end}`, or null. */
export function firstPlace(text) {
  const [match] = text.matchAll(PLACE);
  return match ? { text: match[0], start: match.index, end: match.index + match[0].length } : null;
}
