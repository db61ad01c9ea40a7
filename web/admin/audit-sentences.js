/** The audit log for people: a sentence for each action. */

const SENTENCES = {
  'login.success': ({ who }) => `${who} logged in.`,
  'login.failure': ({ whom }) => `A login as ${whom ?? 'somebody unknown'} failed.`,
  'login.throttled': ({ whom }) => `Logins as ${whom ?? 'somebody unknown'} failed so often that they have to wait.`,
  'login.unfinished': ({ whom }) => `Somebody knew the password of ${whom ?? 'somebody'}, and never gave the code.`,
  logout: ({ who }) => `${who} logged out.`,
  'session.revoked': ({ who, whom }) => `${who} ended a session${whom ? ` of ${whom}` : ''}.`,
  'account.created': ({ who, whom }) => `${who} made an account for ${whom ?? 'somebody'}.`,
  'account.renamed': ({ who, whom }) => `${who} changed the name of ${whom ?? 'somebody'}.`,
  'account.disabled': ({ who, whom }) => `${who} disabled ${whom ?? 'an account'}.`,
  'account.enabled': ({ who, whom }) => `${who} let ${whom ?? 'somebody'} in again.`,
  'account.role': ({ who, whom }) => `${who} changed what ${whom ?? 'somebody'} may do.`,
  'password.changed': ({ who }) => `${who} changed the password.`,
  'password.reset': ({ who, whom }) => `${who} set another password${whom ? ` for ${whom}` : ''}.`,
  'second_factor.set': ({ who }) => `${who} set up a second factor.`,
  'second_factor.removed': ({ who, whom }) => `${who} removed ${whom ? `the second factor of ${whom}` : 'the second factor'}.`,
  'second_factor.required': ({ who, whom }) => `${who} decided whether ${whom ?? 'somebody'} needs a second factor.`,
  'recovery_codes.renewed': ({ who }) => `${who} made new recovery codes.`,
  'recovery_codes.used': ({ who }) => `${who} logged in with a recovery code.`,
  'link.issued': ({ who, whom }) => `${who} made a password link for ${whom ?? 'somebody'}.`,
  'link.used': ({ who, whom }) => `${whom ?? who} chose a password with a link.`,
  'guest.exported': ({ who, whom }) => `${who} exported what is stored about the guest ${whom ?? 'of an id'}.`,
  'guest.erased': ({ who, whom }) => `${who} erased the guest ${whom ?? 'of an id'} for good.`,
  'tickets.expired': () => 'Old conversations were deleted, as the retention says.',
  'settings.word_filter': ({ who }) => `${who} changed the word filter.`,
  'settings.retention': ({ who }) => `${who} changed how long conversations are kept.`,
  'site.created': ({ who, whom }) => `${who} added the site ${whom ?? ''}.`,
  'site.changed': ({ who, whom }) => `${who} changed the site ${whom ?? ''}.`,
  'site.deleted': ({ who, whom }) => `${who} deleted the site ${whom ?? ''}.`,
  'site.secret': ({ who, whom }) => `${who} made a new secret for the site ${whom ?? ''}.`,
  'canned_reply.created': ({ who, whom }) => `${who} wrote the canned reply ${whom ?? ''}.`,
  'canned_reply.changed': ({ who, whom }) => `${who} changed the canned reply ${whom ?? ''}.`,
  'canned_reply.deleted': ({ who, whom }) => `${who} deleted the canned reply ${whom ?? ''}.`,
  'secret.rotated': ({ who }) => `${who} changed the key that signs logins.`,
  'backup.made': ({ who }) => `${who} made a backup.`,
  'backup.restored': ({ who }) => `${who} put a backup in place of everything.`,
};

/** For the filter, in the order in which one looks for them. */
export const ACTIONS = {
  'login.success': 'Logins',
  'login.failure': 'Failed logins',
  'login.throttled': 'Throttled logins',
  'login.unfinished': 'Logins without the code',
  logout: 'Logouts',
  'session.revoked': 'Ended sessions',
  'account.created': 'New accounts',
  'account.renamed': 'Changed names',
  'account.disabled': 'Disabled accounts',
  'account.enabled': 'Enabled accounts',
  'account.role': 'Changes of role',
  'password.changed': 'Changed passwords',
  'password.reset': 'Reset passwords',
  'second_factor.set': 'Second factors set up',
  'second_factor.removed': 'Second factors removed',
  'second_factor.required': 'Second factors made a must',
  'recovery_codes.renewed': 'New recovery codes',
  'recovery_codes.used': 'Used recovery codes',
  'link.issued': 'Password links made',
  'link.used': 'Password links used',
  'guest.exported': 'Exports of guests',
  'guest.erased': 'Erasures of guests',
  'tickets.expired': 'Expired conversations',
  'settings.word_filter': 'Changes of the word filter',
  'settings.retention': 'Changes of the retention',
  'site.created': 'New sites',
  'site.changed': 'Changed sites',
  'site.deleted': 'Deleted sites',
  'site.secret': 'New site secrets',
  'canned_reply.created': 'New canned replies',
  'canned_reply.changed': 'Changed canned replies',
  'canned_reply.deleted': 'Deleted canned replies',
  'secret.rotated': 'New signing keys',
  'backup.made': 'Backups',
  'backup.restored': 'Restored backups',
};

const ACTORS = { command_line: 'Somebody on the command line', system: 'Martlet', nobody: 'Somebody without a login' };

/** An action of a newer server is told by its own name rather than hidden. */
export function auditSentence({ actor, action, target }) {
  const who = actor?.name ?? ACTORS[actor?.kind] ?? 'Somebody';
  const whom = target?.name ?? target?.id;
  const tell = Object.hasOwn(SENTENCES, action) ? SENTENCES[action] : null;
  const sentence = tell ? tell({ who, whom }) : `${who}: ${action}${whom ? ` (${whom})` : ''}.`;
  return sentence.replace(/ +/g, ' ').replace(' .', '.');
}

/** Those that an admin should not overlook. */
export function isGrave(action) {
  return ['login.throttled', 'login.unfinished', 'recovery_codes.used', 'guest.erased', 'second_factor.removed', 'account.disabled', 'site.deleted', 'secret.rotated', 'backup.restored'].includes(action);
}
