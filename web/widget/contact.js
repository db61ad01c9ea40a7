/** Asks a guest whom nobody answers where to reach him: once, in a line that opens a form. Both fields are optional. */
import { h } from './element.js';
import { texts } from './texts.js';

export function createContact({ guest, attempt, complain, field }) {
  let isOver = false;
  const offer = h('button', 'link', { onclick: ask }, texts.ask);
  // An input of another type is one for text.
  const input = (type, label) =>
    h('input', '', { type, autocomplete: type, maxLength: 200, dir: 'auto', ariaLabel: label, placeholder: label });
  const name = input('name', texts.name);
  const email = input('email', texts.email);
  const form = h('form', 'ask', {
    hidden: true,
    onsubmit(event) {
      event.preventDefault();
      attempt(async () => {
        await guest.introduce({ name: name.value.trim(), email: email.value });
        done({ code: 'thanks' });
      });
    },
  }, h('p', '', {}, texts.optional), name, email, h('button', 'primary', {}, texts.save),
  h('button', 'link', { type: 'button', onclick: () => done() }, texts.later));

  function ask() {
    isOver = offer.hidden = true;
    form.hidden = false;
    name.focus();
  }

  function done(news) {
    form.hidden = true;
    field.focus();
    complain(news);
  }

  return {
    elements: [offer, form],
    ask,
    /** Whether to offer it, if that was not done before. */
    offer: (isWanted) => (offer.hidden = isOver || !isWanted),
    /** For another conversation, and perhaps for another guest. */
    reset() {
      isOver = false;
      form.hidden = true;
      form.reset();
    },
  };
}
