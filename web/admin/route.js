/** The sections in the order of the navigation. */
export const SECTIONS = {
  checklist: 'First steps',
  agents: 'Agents',
  sites: 'Sites & widget',
  sessions: 'Sessions',
  replies: 'Canned replies',
  words: 'Word filter',
  privacy: 'Privacy',
  audit: 'Audit log',
};

/** `#sites/ID` as `{section, id}`; the first section for anything unknown. */
export function parseRoute(fragment) {
  const [section, id] = fragment.replace(/^#/, '').split('/');
  return { section: Object.hasOwn(SECTIONS, section) ? section : 'checklist', id: id ? decode(id) : null };
}

export function routeTo(section, id) {
  return id ? `#${section}/${encodeURIComponent(id)}` : `#${section}`;
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
