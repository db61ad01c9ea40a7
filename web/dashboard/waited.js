/** "5 min", "2 h", "3 d": how long somebody has waited; nothing in the first minute. */
export function waitedFor(since, now) {
  const minutes = Math.floor((now - Date.parse(since)) / 60000);
  if (!(minutes >= 1)) return '';
  if (minutes < 60) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1440)} d`;
}
