/** A picture of the widget on a page, closed and open, as the form's values would make it. */
import { drawing, h, setText } from '../shared/dom.js';
import { inkOn, isColor } from './contrast.js';

const USUAL = { title: 'Hello', greeting: 'How can we help? Write to us, and we answer as soon as we can.' };

export function createPreview() {
  const title = h('p', { class: 'shot-title' });
  const greeting = h('p', { class: 'shot-greeting', dir: 'auto' });
  const bubble = h('div', { class: 'shot-launcher' }, drawing('M20 11.5a8 8 0 0 1-11.6 7.1L4 20l1.4-4.4A8 8 0 1 1 20 11.5Z'));
  const page = h(
    'div',
    { class: 'shot-page' },
    h('span', { class: 'shot-line' }),
    h('span', { class: 'shot-line' }),
    h('span', { class: 'shot-line' }),
    h(
      'div',
      { class: 'shot-panel' },
      h('div', { class: 'shot-head' }, title, h('p', { class: 'shot-presence' }, 'We are here')),
      h('div', { class: 'shot-body' }, greeting, h('span', { class: 'shot-input' }, 'Write a message')),
    ),
    bubble,
  );
  // A picture: what it shows stands in the form, so it is told as one.
  const element = h('figure', { class: 'shot', role: 'img' }, page);
  return {
    element,
    show(look) {
      if (!isColor(look.color)) return;
      element.style.setProperty('--shot', look.color);
      element.style.setProperty('--shot-ink', inkOn(look.color));
      element.dataset.position = look.position;
      setText(title, look.title || USUAL.title);
      setText(greeting, look.greeting || USUAL.greeting);
      element.setAttribute('aria-label', `How it looks: ${look.color}, in the ${look.position} corner, titled “${title.textContent}”`);
    },
  };
}
