/** The hours of a week: a switch, the time zone, and for each day its times. */
import { h, setChildren, setText } from '../shared/dom.js';
import { field, tick } from './fields.js';
import { hoursMistakes, hoursOf, OFFICE_HOURS, WEEKDAYS, weekOf } from './hours.js';
import { button } from './parts.js';

const MOST_A_DAY = 4;

/** `{element, timeZone, value, check(), problem, mistake(sentence)}`; `value` is null where nothing is promised. */
export function hoursEditor(hours) {
  let week = hours ? weekOf(hours) : WEEKDAYS.map((_, day) => (day < 5 ? [{ ...OFFICE_HOURS }] : []));
  const timeZone = field({ label: 'Time zone', tag: 'select', options: zones(hours?.timeZone), value: hours?.timeZone ?? ownZone() });
  const days = h('div', { class: 'days' });
  const error = h('p', { class: 'error-line', role: 'alert', hidden: true });
  const details = h('div', { class: 'hours', hidden: !hours }, timeZone.element, days, error);
  const isPromised = tick({
    label: 'Tell guests when to expect an answer',
    hint: 'Outside of these hours they read when you are back. They can always write.',
    isOn: Boolean(hours),
    onchange: ({ target }) => (details.hidden = !target.checked),
  });
  const rows = WEEKDAYS.map((name, day) => dayRow(name, {
    read: () => week[day],
    write: (periods) => {
      week = week.with(day, periods);
    },
  }));
  days.append(...rows.map(({ element }) => element));

  return {
    element: h('div', { class: 'hours-editor' }, isPromised.element, details),
    timeZone,
    problem: 'Please look over the times.',
    get value() {
      return isPromised.isOn ? hoursOf(week, timeZone.value) : null;
    },
    check() {
      if (!isPromised.isOn) return true;
      const mistakes = hoursMistakes(week);
      rows.forEach((row, day) => row.mistake(mistakes[day]));
      return Object.keys(mistakes).length === 0;
    },
    mistake(sentence) {
      error.hidden = !sentence;
      setText(error, sentence);
      if (sentence) (days.querySelector('[aria-invalid]') ?? timeZone.control).focus();
    },
  };
}

function dayRow(name, { read, write }) {
  const note = h('p', { class: 'hint is-mistake', id: `hours-${name}`, hidden: true });
  const times = h('div', { class: 'day-times' });
  const open = h('input', { type: 'checkbox', checked: read().length > 0, onchange: () => change(open.checked ? [{ ...OFFICE_HOURS }] : []) });
  const change = (periods) => {
    write(periods);
    draw();
  };
  const draw = () => {
    const periods = read();
    open.checked = periods.length > 0;
    const inputs = periods.map((period, index) =>
      h(
        'span',
        { class: 'period' },
        timeInput(period, 'from', `${name}, from`, note.id, write, read),
        h('span', { 'aria-hidden': 'true' }, '–'),
        timeInput(period, 'to', `${name}, until`, note.id, write, read),
        periods.length > 1 &&
          button('Remove', () => change(periods.filter((_, other) => other !== index)), { kind: 'quiet', 'aria-label': `Remove these times of ${name}` }),
      ),
    );
    const more = button('Add times', () => change([...read(), { from: read().at(-1).to, to: '' }]), { kind: 'quiet', 'aria-label': `More times on ${name}` });
    setChildren(times, periods.length > 0 ? [...inputs, ...(periods.length < MOST_A_DAY ? [more] : [])] : [h('span', { class: 'hint' }, 'Nobody answers')]);
  };
  draw();
  return {
    element: h('div', { class: 'day' }, h('label', { class: 'day-name' }, open, name), times, note),
    mistake(sentence) {
      note.hidden = !sentence;
      setText(note, sentence ?? '');
      for (const input of times.querySelectorAll('input')) {
        if (sentence) input.setAttribute('aria-invalid', 'true');
        else input.removeAttribute('aria-invalid');
      }
    },
  };
}

/** A browser's time field has no 24:00: midnight as an end means it. */
function timeInput(period, side, label, describedBy, write, read) {
  const shown = period[side] === '24:00' ? '00:00' : period[side];
  return h('input', {
    type: 'time',
    value: shown,
    'aria-label': label,
    'aria-describedby': describedBy,
    oninput: ({ target }) => {
      period[side] = side === 'to' && target.value === '00:00' ? '24:00' : target.value;
      write(read());
    },
  });
}

function ownZone() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** All the browser knows, and whatever is set already. */
function zones(known) {
  const names = new Set([...(Intl.supportedValuesOf?.('timeZone') ?? []), 'UTC', ownZone(), ...(known ? [known] : [])]);
  return Object.fromEntries([...names].sort().map((name) => [name, name.replaceAll('_', ' ')]));
}
