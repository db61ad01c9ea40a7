/** What stands in a list without rows: what is going on, and what to do next. */
import { snippetOf } from '../admin/snippet.js';
import { h, setChildren, setText } from '../shared/dom.js';
import { drawing } from './icons.js';

const WORDS = {
  mine: ['Nothing is waiting for you', 'Take a conversation from Unassigned: open it and press “Assign to me”, or the key a.'],
  unassigned: ['Everybody is looked after', 'New conversations appear here by themselves.'],
  open: ['No open conversations', 'New ones appear here by themselves. Guests write to you from any page that has this line:'],
  closed: ['Nothing closed yet', 'What you close is kept here. You can read and reopen it at any time.'],
};

export function fillEmpty(element, view, { isLoaded, isEmpty, isFailed }) {
  const kind = !isEmpty ? 'none' : isLoaded ? view : isFailed ? 'none' : 'loading';
  if (element.dataset.kind === kind) return;
  element.dataset.kind = kind;
  if (kind === 'none') return setChildren(element, []);
  if (kind === 'loading') return setChildren(element, [h('p', { class: 'hidden-text' }, 'Loading…'), ...skeleton()]);
  const [heading, words] = WORDS[view];
  setChildren(element, [h('h3', {}, heading), h('p', {}, words), ...(view === 'open' ? snippet() : [])]);
}

const skeleton = () => Array.from({ length: 6 }, () => h('div', { class: 'skeleton', 'aria-hidden': 'true' }, h('i'), h('i'), h('i')));

function snippet() {
  const line = snippetOf('default', location.origin);
  const said = h('span', {}, 'Copy');
  const copy = h('button', { type: 'button', class: 'button', 'data-testid': 'copy-snippet', onclick: () => put() }, drawing('copy'), said);
  const code = h('code', { class: 'snippet', tabindex: '0', 'data-testid': 'snippet' }, line);
  async function put() {
    try {
      await navigator.clipboard.writeText(line);
      setText(said, 'Copied');
    } catch {
      // Plain http pages may not write to the clipboard: the text is selected instead.
      getSelection().selectAllChildren(code);
      setText(said, 'Press Ctrl+C');
    }
    setTimeout(() => setText(said, 'Copy'), 3000);
  }
  const page = h('p', {}, 'Or send them to ', h('a', { href: '/', target: '_blank' }, 'your own support page'), '.');
  return [code, copy, page];
}
