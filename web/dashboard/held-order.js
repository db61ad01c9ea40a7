/**
 * The order of rows while somebody points at them: as it was, so that nothing moves beneath the pointer. What comes
 * after the last row, as the next page does, is added; everything else is counted in `news` and waits.
 */
export function heldOrder(held, current) {
  if (!held?.length) return { ids: current, news: 0 };
  const before = new Map(held.map((id, index) => [id, index]));
  const there = new Set(current);
  let end = current.length;
  while (end > 0 && !before.has(current[end - 1])) end -= 1;
  // With nothing of the held left, what is there is no next page.
  if (end === 0) return { ids: held, news: Math.max(1, current.length) };
  let news = held.filter((id) => !there.has(id)).length;
  let furthest = -1;
  for (const id of current.slice(0, end)) {
    const index = before.get(id);
    if (index === undefined) news += 1;
    else if (index < furthest) news = Math.max(news, 1);
    else furthest = index;
  }
  return { ids: [...held, ...current.slice(end)], news };
}
