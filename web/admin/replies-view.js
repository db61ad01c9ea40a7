/** Canned replies: what agents put in with / while writing. */
import { h } from '../shared/dom.js';
import { confirmDialog, openDialog } from './dialog.js';
import { field, isFlawless } from './fields.js';
import { attempt, button, emptyState, form } from './parts.js';

const LONGEST_LIST = { too_large: 'There is no room for more: 500 replies, or 512 kB of text. Delete one that nobody uses.' };

export const heading = () => ({
  title: 'Canned replies',
  lead: 'Answers to what is asked every day. Agents find them with / while writing, and change them before they send.',
});

export async function load({ desk }) {
  const { replies } = await (await desk()).listCanned();
  return replies.toSorted((a, b) => a.title.localeCompare(b.title));
}

export function draw(replies, context) {
  const add = button('Write a reply', () => editDialog({}, context), { kind: 'primary', id: 'add-reply' });
  if (replies.length === 0) {
    return emptyState('No canned replies yet', 'Begin with the question you answer most often.', add);
  }
  return [
    h('div', { class: 'bar' }, add),
    h('ul', { class: 'rows', 'aria-label': 'Canned replies' }, replies.map((reply) => replyRow(reply, context))),
  ];
}

function replyRow(reply, context) {
  const { cannedId, title, text } = reply;
  const remove = button('Delete', () => deleteReply(reply, remove, context), { kind: 'quiet', 'aria-label': `Delete ${title}` });
  return h(
    'li',
    { class: 'row' },
    h('div', { class: 'row-text' }, h('p', { class: 'row-title' }, h('strong', { dir: 'auto' }, title)), h('p', { class: 'reply-text', dir: 'auto' }, marked(text))),
    h(
      'div',
      { class: 'row-actions' },
      button('Edit', () => editDialog(reply, context), { id: `edit-${cannedId}`, 'aria-label': `Edit ${title}` }),
      remove,
    ),
  );
}

/** Fields such as {{name}} stand out, since they are filled in later. */
function marked(text) {
  return text.split(/(\{\{\s*\w+\s*\}\})/).map((part, index) => (index % 2 ? h('mark', {}, part) : part));
}

async function editDialog(reply, context) {
  const saved = await openDialog({
    title: reply.cannedId ? 'Edit the reply' : 'A new reply',
    fill: (close) => {
      const title = field({ label: 'Title', value: reply.title ?? '', hint: 'What agents search for.', maxlength: '100', autocomplete: 'off', autofocus: true });
      const text = field({
        label: 'Text',
        tag: 'textarea',
        rows: '7',
        value: reply.text ?? '',
        maxlength: '4000',
        isWide: true,
        hint: '{{name}} becomes the guest’s name. If it is not known, the agent has to fill it in before sending.',
      });
      return form({
        fields: { title, text },
        children: [title.element, text.element],
        words: 'Save',
        special: LONGEST_LIST,
        more: [button('Cancel', () => close())],
        onsubmit: async () => {
          const mistakes = {};
          if (!title.value.trim()) mistakes.title = 'Please give a title.';
          if (!text.value.trim()) mistakes.text = 'Please write a text.';
          if (!isFlawless({ title, text }, mistakes)) return;
          const client = await context.desk();
          const answer = await client.saveCanned({ cannedId: reply.cannedId, title: title.value.trim(), text: text.value.trim() });
          close(answer.reply);
        },
      });
    },
  });
  if (!saved) return;
  context.say(`“${saved.title}” is saved.`);
  context.reload(`edit-${saved.cannedId}`);
}

async function deleteReply({ cannedId, title }, control, context) {
  const isSure = await confirmDialog({ title: `Delete “${title}”?`, text: 'Agents will not find it any more. Messages already sent stay.', action: 'Delete' });
  if (!isSure) return control.focus();
  const isDone = await attempt(control, 'Deleting…', async () => (await context.desk()).deleteCanned(cannedId), context.say);
  if (isDone) context.say(`“${title}” is deleted.`);
  context.reload('add-reply');
}
