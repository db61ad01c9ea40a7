/** Times for people, by Intl. `locale` and `timeZone` default to the reader's. */
export function makeFormat({ locale, timeZone } = {}) {
  const format = (options) => new Intl.DateTimeFormat(locale, { timeZone, ...options });
  const clock = format({ hour: 'numeric', minute: '2-digit' });
  const weekday = format({ weekday: 'short' });
  const date = format({ day: 'numeric', month: 'short' });
  const dateOfYear = format({ day: 'numeric', month: 'short', year: 'numeric' });
  const longDate = format({ weekday: 'long', day: 'numeric', month: 'long' });
  const longDateOfYear = format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  const full = format({ dateStyle: 'full', timeStyle: 'short' });
  const key = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const ago = new Intl.RelativeTimeFormat(locale, { numeric: 'always', style: 'narrow' });
  const day = (time) => key.format(new Date(time));
  const daysBetween = (time, now) => Math.round((Date.parse(day(now)) - Date.parse(day(time))) / 86400000);
  const isSameYear = (time, now) => day(time).slice(0, 4) === day(now).slice(0, 4);
  const capital = (text) => text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);

  return {
    /** "14:05" */
    clock: (time) => clock.format(new Date(time)),
    /** "Monday, 3 March 2025 at 14:05" */
    full: (time) => full.format(new Date(time)),
    /** A key that is equal for times of the same day. */
    dayKey: day,
    /** "Today", "Yesterday", "Monday, 3 March" */
    dayName(time, now) {
      const days = daysBetween(time, now);
      if (days >= 0 && days < 2) return capital(relative.format(-days, 'day'));
      return (isSameYear(time, now) ? longDate : longDateOfYear).format(new Date(time));
    },
    /** For lists: "now", "5m ago", "3h ago", "Mon", "3 Mar", "3 Mar 2024" */
    short(time, now) {
      const seconds = (now - Date.parse(time)) / 1000;
      if (seconds < 45) return relative.format(0, 'second');
      if (seconds < 3570) return ago.format(-Math.round(seconds / 60), 'minute');
      const days = daysBetween(time, now);
      if (days < 1) return ago.format(-Math.round(seconds / 3600), 'hour');
      if (days < 7) return weekday.format(new Date(time));
      return (isSameYear(time, now) ? date : dateOfYear).format(new Date(time));
    },
  };
}
