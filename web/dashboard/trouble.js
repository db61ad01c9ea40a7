/** A line about what failed. Asked for patience, it counts down, and is announced once, not at each second. */
import { sentenceFor } from '../shared/error-sentences.js';
import { setAttribute, setText } from '../shared/dom.js';
import { createErrorLine } from '../shared/status-lines.js';

/** The sentence now: `until` is when it may be tried again. */
export function troubleSentence(error, now) {
  const left = Math.ceil((error.until - now) / 1000);
  if (error.code !== 'rate_limited' || !(left > 0)) return sentenceFor(error);
  const time = left > 90 ? `${Math.ceil(left / 60)} minutes` : left === 1 ? '1 second' : `${left} seconds`;
  return `That was too many at once. Please try again in ${time}.`;
}

export function createTroubleLine(properties) {
  const line = createErrorLine(properties);
  let shown = null;
  let timer;

  function count() {
    clearTimeout(timer);
    const words = line.element.querySelector('span');
    if (!shown || !words) return;
    setAttribute(line.element, 'aria-live', 'off');
    const isOver = shown.code === 'rate_limited' && shown.until <= Date.now();
    setText(words, isOver ? 'You can try again now.' : troubleSentence(shown, Date.now()));
    if (shown.until > Date.now()) timer = setTimeout(count, 1000);
  }

  return {
    element: line.element,
    /** Null hides it. */
    show(error) {
      if (error === shown) return;
      shown = error;
      clearTimeout(timer);
      setAttribute(line.element, 'aria-live', null);
      line.show(error ? troubleSentence(error, Date.now()) : '');
      if (error?.until > Date.now()) timer = setTimeout(count, 1000);
    },
  };
}
