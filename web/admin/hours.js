/** When somebody answers: the server's `{timeZone, days: [{day, from, to}]}`, day 1 is Monday, and sentences of it. */

export const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
export const OFFICE_HOURS = { from: '09:00', to: '17:00' };

/** The periods of each day of the week, Monday first. */
export function weekOf(hours) {
  const days = hours?.days ?? [];
  return WEEKDAYS.map((_, index) =>
    days.filter(({ day }) => day === index + 1).map(({ from, to }) => ({ from, to })).sort((a, b) => (a.from < b.from ? -1 : 1)),
  );
}

/** The other way; null where nothing is open, since the server takes no empty week. */
export function hoursOf(week, timeZone) {
  const days = week.flatMap((periods, index) => periods.map((period) => ({ day: index + 1, ...period })));
  return days.length > 0 ? { timeZone, days } : null;
}

/** `{index of the day: sentence}` of what cannot be. */
export function hoursMistakes(week) {
  const mistakes = {};
  week.forEach((periods, index) => {
    const sorted = periods.toSorted((a, b) => (a.from < b.from ? -1 : 1));
    if (periods.some(({ from, to }) => !from || !to)) mistakes[index] = 'Please fill in both times.';
    else if (periods.some(({ from, to }) => to <= from)) {
      mistakes[index] = 'The end has to be after the beginning. What goes on after midnight is two entries; a day ends at 24:00.';
    } else if (sorted.some(({ from }, at) => at > 0 && from < sorted[at - 1].to)) mistakes[index] = 'These times overlap.';
  });
  return mistakes;
}

/** "Monday to Friday 09:00–17:00, Saturday 10:00–14:00"; days with the same times are told together. */
export function hoursSentence(hours) {
  if (!hours) return 'Nothing is promised about when somebody answers.';
  const week = weekOf(hours);
  const told = week.map((periods) => periods.map(({ from, to }) => `${from}–${to}`).join(' and '));
  const parts = [];
  for (let first = 0; first < 7; ) {
    let last = first;
    while (last < 6 && told[last + 1] === told[first]) last += 1;
    if (told[first]) parts.push(`${span(first, last)} ${told[first]}`);
    first = last + 1;
  }
  return `${parts.join(', ')} (${hours.timeZone})`;
}

function span(first, last) {
  if (first === last) return WEEKDAYS[first];
  return `${WEEKDAYS[first]} ${last === first + 1 ? 'and' : 'to'} ${WEEKDAYS[last]}`;
}
