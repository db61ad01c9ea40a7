/**
 * Keys for what is done all day. Single keys count outside of text fields only, and can be turned off; none needs
 * Alt, which writes letters on many keyboards.
 */
export const SHORTCUTS = [
  { keys: ['j'], name: 'next', words: 'Next conversation' },
  { keys: ['k'], name: 'previous', words: 'Previous conversation' },
  { keys: ['r'], name: 'reply', words: 'Reply' },
  { keys: ['n'], name: 'note', words: 'Private note' },
  { keys: ['a'], name: 'assign', words: 'Assign to me' },
  { keys: ['e'], name: 'close', words: 'Close' },
  { keys: ['/'], name: 'search', words: 'Search' },
  { keys: ['?'], name: 'help', words: 'This list' },
];

const byKey = new Map(SHORTCUTS.flatMap(({ keys, name }) => keys.map((key) => [key, name])));

/** The name of what a keydown asks for, or null. `hasSingleKeys`: the agent has not turned them off. */
export function commandOf(event, { isTyping, hasDialog, hasSingleKeys }) {
  const { key, ctrlKey, metaKey, altKey, isComposing, repeat } = event;
  if (isComposing || altKey) return null;
  if ((ctrlKey || metaKey) && key.toLowerCase() === 'k') return 'palette';
  if (ctrlKey || metaKey || isTyping || hasDialog || !hasSingleKeys) return null;
  const name = byKey.get(key) ?? null;
  return repeat && name !== 'next' && name !== 'previous' ? null : name;
}

/** Whether letters pressed on this element are text. */
export const isTextField = (element) =>
  Boolean(element?.closest?.('input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]'));
