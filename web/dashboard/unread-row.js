/** A line "New" before the first of the guest's messages from `seq` on: where the reading began when it was opened. */
export function withUnreadRow(rows, seq) {
  let at = rows.findIndex((row) => row.kind === 'message' && row.seq >= seq && !row.isOwn);
  if (at < 0) return rows;
  const first = { ...rows[at], isContinued: false };
  const rest = rows.slice(at + 1);
  while (rows[at - 1]?.kind === 'day') at -= 1;
  const before = rows.slice(0, at);
  const between = rows.slice(at, rows.length - rest.length - 1);
  const last = before.at(-1);
  if (last?.kind === 'message') before[before.length - 1] = { ...last, isEnd: true };
  return [...before, { kind: 'unread', key: 'unread' }, ...between, first, ...rest];
}
