/** A private note in the timeline, in a colour that no message has. */
import { sentenceFor } from '../shared/error-sentences.js';
import { h, setChildren, setText } from '../shared/dom.js';
import { linkParts } from '../shared/links.js';
import { drawing } from './icons.js';
import { linked } from './message-row.js';

export function noteRow({ format, onRetry, onDiscard }) {
  const timeOf = (timestamp) => {
    const clock = format.clock(timestamp);
    return format.dayKey(timestamp) === format.dayKey(Date.now()) ? clock : `${format.dayName(timestamp, Date.now())}, ${clock}`;
  };
  return {
    make: ({ text }) =>
      h(
        'div',
        { class: 'note', dataset: { testid: 'note' } },
        h('p', { class: 'note-head' }, drawing('lock'), h('span', { class: 'note-author', dir: 'auto' }), h('time', { class: 'note-time' })),
        h('p', { class: 'note-text', dir: 'auto' }, linkParts(text).map(linked)),
        h('div', { class: 'message-trouble' }),
      ),
    fill(element, { key, clientId, authorName, timestamp, state, error }) {
      const [head, , trouble] = element.children;
      element.dataset.state = state;
      element.dataset.note = key;
      setText(head.children[1], `Private note · ${authorName ?? 'You'}`);
      const time = head.lastChild;
      time.dateTime = timestamp;
      time.title = format.full(timestamp);
      setText(time, state === 'waiting' ? 'Saving…' : timeOf(timestamp));
      const choices = [
        h('span', { role: 'alert' }, error ? sentenceFor(error) : ''),
        h('button', { type: 'button', class: 'link', onclick: () => onRetry(clientId) }, 'Try again'),
        h('button', { type: 'button', class: 'link', onclick: () => onDiscard(clientId) }, 'Edit'),
      ];
      setChildren(trouble, state === 'failed' ? choices : []);
    },
  };
}
