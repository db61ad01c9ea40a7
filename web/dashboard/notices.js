/**
 * Whether a message is told by a sound or a notification. `mode`: off, assigned (to me) or all; `isInFront`: it appears
 * before the agent's eyes.
 */
export function isTold({ senderRole, assigneeId }, { mode, me, isInFront }) {
  if (mode === 'off' || senderRole !== 'guest' || isInFront) return false;
  return mode === 'all' || assigneeId === me;
}

/** A message comes as two events where it moves the list too; each is told once. Keeps the last few hundred. */
export function onceEach(limit = 500) {
  const known = new Set();
  return (key) => {
    if (known.has(key)) return false;
    known.add(key);
    if (known.size > limit) known.delete(known.values().next().value);
    return true;
  };
}
