/** Who else looks at a conversation, as a value; everybody is forgotten 30 s after the last word of them. */
const VIEWING_TIME = 30000;

/** `event` is `{userId, name, state}`, state "none" for who has left. */
export function withViewer(viewers, { userId, name, state }, now) {
  const others = viewers.filter((viewer) => viewer.userId !== userId);
  return state === 'none' ? others : [...others, { userId, name, state, until: now + VIEWING_TIME }];
}

export const withoutExpired = (viewers, now) => viewers.filter((viewer) => viewer.until > now);

const DOES = { writing: 'answering', noting: 'writing a note', reading: 'looking at this' };

/** "Ben is answering · Cy is looking at this", the one who answers first; `isWarning`: two answers may come. */
export function viewersLine(viewers) {
  const order = Object.keys(DOES);
  const sorted = [...viewers].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  const parts = order.flatMap((state) => {
    const names = sorted.filter((viewer) => viewer.state === state).map((viewer) => viewer.name);
    if (!names.length) return [];
    const last = names.length > 1 ? ` and ${names.at(-1)}` : '';
    const who = names.length > 1 ? names.slice(0, -1).join(', ') + last : names[0];
    return [`${who} ${names.length > 1 ? 'are' : 'is'} ${DOES[state]}`];
  });
  return { text: parts.join(' · '), isWarning: viewers.some((viewer) => viewer.state === 'writing') };
}
