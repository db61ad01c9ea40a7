/** What is done to a site beside its form: its secret, and its end. */
import { h } from '../shared/dom.js';
import { path } from './api.js';
import { confirmDialog, openDialog } from './dialog.js';
import { actions, attempt, button, card, copyBox } from './parts.js';

const DOCUMENTATION = 'The site computes HMAC-SHA256 over the visitor’s id, a line feed and the time of expiry (docs/embedding.md has examples).';

export function siteDangers(site, context) {
  return [secretCard(site, context), site.siteId === 'default' ? null : deletionCard(site, context)];
}

function secretCard({ siteId, name, hasSecret }, context) {
  const error = h('p', { class: 'error-line', role: 'alert', hidden: true });
  const make = button(
    hasSecret ? 'Make another secret' : 'Make a secret',
    async () => {
      const question = {
        title: 'Replace the secret?',
        text: `What ${name} signs with the one it has is refused at once, until the new one is in its place.`,
        action: 'Replace it',
      };
      if (hasSecret && !(await confirmDialog(question))) return make.focus();
      let secret;
      const isDone = await attempt(make, 'Making it…', async () => ({ secret } = await context.api.post(path('sites', siteId, 'secret'))), (sentence) => {
        error.textContent = sentence;
        error.hidden = false;
      });
      if (!isDone) return;
      await secretDialog(secret);
      context.reload('make-secret');
    },
    { id: 'make-secret' },
  );
  return card(
    'Verified visitors',
    h('p', { class: 'lead' }, 'A site whose visitors log in can vouch for who they are: agents see it, and nobody else can claim to be them. ', DOCUMENTATION),
    h('p', { class: 'state' }, hasSecret ? 'This site has a secret.' : 'This site has no secret: every visitor is a stranger.'),
    error,
    actions(make),
  );
}

/** Shown this once: it is stored sealed and never leaves the server again. */
function secretDialog(secret) {
  return openDialog({
    title: 'The secret',
    fill: (close) => [
      h('p', { class: 'lead' }, 'Put it where your site keeps its own secrets, never into a page. It is not shown again.'),
      copyBox(secret, { label: 'Secret', isSecret: true }),
      actions(button('I have kept it', () => close(), { kind: 'primary' })),
    ],
  });
}

function deletionCard({ siteId, name }, context) {
  const error = h('p', { class: 'error-line', role: 'alert', hidden: true });
  const remove = button(
    'Delete this site',
    async () => {
      const isSure = await confirmDialog({
        title: `Delete ${name}?`,
        text: 'Its pages show no chat any more, and its secret is gone for good. What its visitors wrote stays.',
        action: 'Delete for good',
        typed: 'delete',
      });
      if (!isSure) return remove.focus();
      const isDone = await attempt(remove, 'Deleting…', () => context.api.remove(path('sites', siteId)), (sentence) => {
        error.textContent = sentence;
        error.hidden = false;
      });
      if (!isDone) return;
      context.say(`${name} is deleted.`);
      context.go('sites');
    },
    { kind: 'danger' },
  );
  return card('End of this site', error, actions(remove));
}
