/** Names as shown. `agents` is a Map of names by agentId, from the list of agents and learnt from what they wrote. */
export const guestName = (ticket) => ticket.customerName || `Guest ${ticket.number}`;

export function assigneeName(ticket, { me, agents }) {
  if (!ticket.assigneeId) return 'Unassigned';
  if (ticket.assigneeId === me.userId) return 'You';
  return agents.get(ticket.assigneeId) ?? ticket.assigneeName ?? 'Another agent';
}

export function initials(name) {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => [...word][0] ?? '').join('').toLocaleUpperCase();
}

/** Which of six tints stands for somebody: the same one everywhere. */
export function tintOf(id) {
  let sum = 0;
  for (const character of id ?? '') sum = (sum * 31 + character.codePointAt(0)) % 997;
  return sum % 6;
}
