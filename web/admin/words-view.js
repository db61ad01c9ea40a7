/** The word filter. */
import { path } from './api.js';
import { choice, field } from './fields.js';
import { card, form } from './parts.js';
import { parseWords } from './words.js';

const MODES = {
  off: ['Off', 'Everything is taken as it is written.'],
  mask: ['Mask', 'A word of the list becomes asterisks.'],
  refuse: ['Refuse', 'A message with a word of the list is not taken, and its writer is told so.'],
};

export const heading = () => ({
  title: 'Word filter',
  lead: 'Words that have no place in messages and subjects. It counts for guests and agents, from the next message on.',
});

export const load = ({ api }) => api.get(path('word-filter'));

export function draw({ mode, words }, context) {
  const how = choice({ label: 'What happens', options: MODES, value: mode });
  const list = field({
    label: 'Words',
    tag: 'textarea',
    rows: '10',
    value: words.join('\n'),
    spellcheck: 'false',
    isWide: true,
    hint: 'One a line. Whole words, upper or lower case and accents make no difference.',
  });
  const save = form({
    fields: { words: list },
    children: [how.element, list.element],
    words: 'Save',
    onsubmit: async () => {
      const known = parseWords(list.value);
      if (how.value !== 'off' && known.length === 0) return list.mistake('Please name at least one word, or turn the filter off.');
      list.mistake('');
      await context.api.put(path('word-filter'), { mode: how.value, words: known });
      context.say(how.value === 'off' ? 'The word filter is off.' : 'The word filter is saved and in force.');
      list.control.value = known.join('\n');
    },
  });
  return card('Filter', save);
}
