/** Origins as admins write them: one a line, forgiving about a path and a missing https. */

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i;

/** `{origins, mistakes}`: what was understood, and a sentence for each line that was not. */
export function parseOrigins(text) {
  const origins = [];
  const mistakes = [];
  for (const line of text.split('\n').map((item) => item.trim()).filter(Boolean)) {
    const origin = originOf(line);
    if (!origin) mistakes.push(`“${line}” is no address of a site. It should look like https://shop.example.`);
    else if (!origins.includes(origin)) origins.push(origin);
  }
  return { origins, mistakes };
}

function originOf(line) {
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(line);
  const host = line.split('/')[0];
  try {
    const url = new URL(hasScheme ? line : `${LOOPBACK.test(host) ? 'http' : 'https'}://${line}`);
    const isWeb = url.protocol === 'https:' || url.protocol === 'http:';
    return isWeb && url.hostname && !url.username && !/[*\s]/.test(url.hostname) ? url.origin : null;
  } catch {
    return null;
  }
}
