/** A conversation as a file, made in the page from `chat:history`; a guest's never holds notes. */

export async function readAll(client, ticketId) {
  const messages = [];
  let page;
  do {
    page = await client.history(ticketId, { afterSeq: messages.at(-1)?.seq ?? 0, limit: 200 });
    messages.push(...page.messages);
  } while (page.hasMore);
  return messages;
}

/** `line(message)` is `[when and who, text]`. */
export const asText = (messages, line) => messages.map((message) => line(message).join('\n')).join('\n\n');

export function asPage(messages, line, title) {
  const safe = (text) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt()};`);
  const rows = messages.map(line).map(([head, text]) => `<dt>${safe(head)}<dd dir=auto>${safe(text)}`);
  const style = 'body{font:1em/1.5 sans-serif;max-width:40em;margin:2em auto;padding:0 1em}dt{margin-top:1em;opacity:.7}' +
    'dd{margin:0;white-space:pre-wrap}';
  return `<!doctype html><meta charset=utf-8><title>${safe(title)}</title><style>${style}</style>` +
    `<h1>${safe(title)}</h1><dl>${rows.join('\n')}</dl>`;
}

export function download(name, text) {
  const href = URL.createObjectURL(new Blob([text]));
  Object.assign(document.createElement('a'), { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 1000);
}
