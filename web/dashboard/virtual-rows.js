/** Which rows of one height have to be drawn: `first` to before `last`, some more than are seen. */
export function rowsInView({ scrollTop, viewHeight, rowHeight, count, spare = 8 }) {
  const last = Math.min(count, Math.ceil((Math.max(0, scrollTop) + viewHeight) / rowHeight) + spare);
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - spare);
  return { first: Math.min(first, Math.max(0, last - 1)), last };
}

/** Where to scroll so that a row is seen whole: as little as possible. */
export function scrollToRow(index, { scrollTop, viewHeight, rowHeight }) {
  const top = index * rowHeight;
  if (top < scrollTop) return top;
  return top + rowHeight > scrollTop + viewHeight ? top + rowHeight - viewHeight : scrollTop;
}
