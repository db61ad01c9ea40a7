/** The guests of a search's hits, each once: `[{customerId, name, email?, numbers}]`. */
export function foundGuests(hits) {
  const guests = new Map();
  for (const { ticket } of hits) {
    const guest = guests.get(ticket.customerId) ?? { numbers: new Set() };
    guest.numbers.add(ticket.number);
    guest.name ||= ticket.customerName;
    guest.email ||= ticket.customerEmail;
    guests.set(ticket.customerId, guest);
  }
  return [...guests].map(([customerId, { name, email, numbers }]) => {
    const sorted = [...numbers].sort((a, b) => b - a);
    const told = sorted.slice(0, 5).map((number) => `#${number}`).join(' ');
    return { customerId, name: name || `Guest ${sorted.at(-1)}`, email, numbers: sorted.length > 5 ? `${told} …` : told };
  });
}
