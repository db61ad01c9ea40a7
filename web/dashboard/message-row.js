/** One message as an element: `make(row)` once, `fill(element, row)` at each change. The text never changes. */
import { sentenceFor } from '../shared/error-sentences.js';
import { h, icon, setAttribute, setChildren, setText } from '../shared/dom.js';
import { linkParts } from '../shared/links.js';

const STATES = {
  waiting: ['clock', 'Waiting to be sent'],
  stored: ['check', 'Sent'],
  seen: ['checks', 'Seen'],
  failed: ['alert', 'Not sent'],
};

/** `nameOf(row)` says whose name stands above a message, or nothing. */
export function messageRow({ format, nameOf, onRetry, onDiscard, discardLabel = 'Edit' }) {
  return {
    make: ({ text, isOwn, timestamp }) =>
      h(
        'div',
        { class: isOwn ? 'message own' : 'message', dataset: { testid: 'message' } },
        h('p', { class: 'message-name', dir: 'auto' }),
        h('p', { class: 'bubble', dir: 'auto' }, linkParts(text).map(linked)),
        h(
          'p',
          { class: 'message-meta' },
          h('time', { datetime: timestamp, title: format.full(timestamp) }, format.clock(timestamp)),
          // A name instead of text, and not live: that a message was seen is there to be found, not to be announced.
          h('span', { class: 'message-state', 'aria-live': 'off' }),
        ),
        h('div', { class: 'message-trouble' }),
      ),
    fill(element, row) {
      const [name, , meta, trouble] = element.children;
      if (element.dataset.state !== row.state) fillState(meta.lastChild, row.state);
      element.dataset.state = row.state;
      if (row.seq) element.dataset.seq = row.seq;
      element.classList.toggle('is-continued', row.isContinued);
      element.classList.toggle('is-end', row.isEnd);
      fillName(name, row, nameOf(row));
      const problem = row.state === 'failed' ? `${row.error?.code} ${row.isLocked}` : row.isHeld ? 'held' : '';
      if ((trouble.dataset.problem ?? '') === problem) return;
      trouble.dataset.problem = problem;
      setChildren(trouble, problem === 'held' ? held(row) : problem ? failure(row) : []);
    },
  };

  /** Waits for a connection: said in words, since this may last, and free to be taken back. */
  function held({ key, isLocked }) {
    const words = h('span', {}, 'Waiting to be sent');
    if (isLocked) return [words];
    return [words, h('button', { type: 'button', class: 'link', onclick: () => onDiscard(key) }, discardLabel)];
  }

  function failure({ key, error, isLocked }) {
    const sentence = error ? sentenceFor(error) : 'This message was not sent.';
    const words = h('span', { role: 'alert' }, sentence);
    if (isLocked) return [words];
    return [
      words,
      h('button', { type: 'button', class: 'link', onclick: () => onRetry(key) }, 'Try again'),
      h('button', { type: 'button', class: 'link', onclick: () => onDiscard(key) }, discardLabel),
    ];
  }
}

function fillState(element, state) {
  const [drawing, words] = STATES[state] ?? [];
  setAttribute(element, 'role', drawing ? 'img' : null);
  setAttribute(element, 'aria-label', words);
  setChildren(element, drawing ? [icon(drawing)] : []);
}

function fillName(element, row, name) {
  const isShown = Boolean(name) && !row.isContinued;
  element.className = isShown ? 'message-name' : 'message-name hidden-text';
  setText(element, name || (row.isOwn ? 'You' : row.senderName) || '');
}

export function linked({ text, href }) {
  return href ? h('a', { href, target: '_blank', rel: 'noopener noreferrer nofollow' }, text) : text;
}
