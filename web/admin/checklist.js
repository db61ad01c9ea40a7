/**
 * The first steps, done or not by what there is, never by a tick.
 *
 * `messages` is how many conversations guests have begun and `replies` how many answers are prepared; null: not known.
 */
export function firstSteps({ me, agents, sites, messages, replies }) {
  const own = agents.find(({ agentId }) => agentId === me.agentId);
  const site = sites.find(({ origins }) => origins.length > 0) ?? sites[0];
  return [
    {
      key: 'factor',
      title: 'Protect your own account',
      text: 'An admin can read everything. A second factor keeps that yours when a password gets lost.',
      isDone: Boolean(own?.hasSecondFactor),
      to: '/agent/settings',
      action: 'Set up a second factor',
    },
    {
      key: 'agents',
      title: 'Invite those who answer',
      text: 'Each gets a link that works once, and chooses a password with it.',
      isDone: agents.filter(({ disabled }) => !disabled).length > 1,
      to: '#agents',
      action: 'Invite somebody',
    },
    {
      key: 'site',
      title: 'Say where the chat may appear',
      text: 'Only pages of the addresses you name can show it.',
      isDone: sites.some(({ origins }) => origins.length > 0),
      to: `#sites/${encodeURIComponent(site.siteId)}`,
      action: 'Name your site',
    },
    {
      key: 'snippet',
      title: 'Put it into your pages',
      text: 'Before the end of the body. Then write the first message to yourself: this step is done when it has come.',
      isDone: messages > 0,
      siteId: site.siteId,
    },
    {
      key: 'hours',
      title: 'Say when somebody answers',
      text: 'With nobody here, guests are told when to expect an answer instead of waiting in vain.',
      isDone: sites.some(({ hours }) => hours !== null),
      to: `#sites/${encodeURIComponent(site.siteId)}`,
      action: 'Choose the hours',
    },
    {
      key: 'replies',
      title: 'Prepare what is asked every day',
      text: 'A canned reply is found with / while writing.',
      isDone: replies > 0,
      to: '#replies',
      action: 'Write the first one',
    },
  ];
}

export function progressSentence(steps) {
  const left = steps.filter(({ isDone }) => !isDone).length;
  if (left === 0) return 'Everything is done. Your desk is ready.';
  if (left === steps.length) return 'Six small steps, in any order.';
  return left === 1 ? 'One step is left.' : `${left} of ${steps.length} steps are left.`;
}
