/** Line drawings of the dashboard, of 24 by 24 in the text's colour, hidden from screen readers. */
const SVG = 'http://www.w3.org/2000/svg';

const PATHS = {
  mine: 'M12 12a3.75 3.75 0 1 0 0-7.5 3.75 3.75 0 0 0 0 7.5ZM4.75 19.5c.9-3.2 3.7-4.75 7.25-4.75s6.35 1.55 7.25 4.75',
  unassigned: 'M4.5 13.5h4l1.5 2.5h4l1.5-2.5h4M6.6 5.5h10.8l2.1 8v4.25a.75.75 0 0 1-.75.75H5.25a.75.75 0 0 1-.75-.75V13.5l2.1-8Z',
  open: 'M20 11.6c0 3.9-3.6 7-8 7-1 0-2-.2-2.9-.5L4.5 19.5l1.2-3.6A6.5 6.5 0 0 1 4 11.6c0-3.9 3.6-7 8-7s8 3.1 8 7Z',
  closed: 'm8.2 12.4 2.7 2.7 5-5.6M12 3.8a8.2 8.2 0 1 0 0 16.4 8.2 8.2 0 0 0 0-16.4Z',
  search: 'm20 20-4.6-4.6M10.75 4.5a6.25 6.25 0 1 0 0 12.5 6.25 6.25 0 0 0 0-12.5Z',
  context: 'M5.5 5h13a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1h-13a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1ZM14.5 5v14',
  verified: 'm8.6 12.3 2.4 2.4 4.6-5M12 3.5l2.3 1.7 2.8.1.9 2.7 2.2 1.8-.9 2.7.9 2.7-2.2 1.8-.9 2.7-2.8.1L12 21l-2.3-1.7-2.8-.1-.9-2.7-2.2-1.8.9-2.7-.9-2.7L6 8l.9-2.7 2.8-.1L12 3.5Z',
  lock: 'M6.5 10.75h11a.75.75 0 0 1 .75.75v7a.75.75 0 0 1-.75.75h-11a.75.75 0 0 1-.75-.75v-7a.75.75 0 0 1 .75-.75ZM8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5',
  eye: 'M3.5 12S6.5 6.5 12 6.5s8.5 5.5 8.5 5.5-3 5.5-8.5 5.5S3.5 12 3.5 12ZM12 9.75a2.25 2.25 0 1 0 0 4.5 2.25 2.25 0 0 0 0-4.5Z',
  close: 'm6.5 6.5 11 11m0-11-11 11',
  slash: 'M14.5 5.5 9.5 18.5',
  download: 'M12 4.5v10m-4-4 4 4 4-4M5 18.5h14',
  copy: 'M9.5 9.5h9v9h-9zM14.5 9.5v-4h-9v9h4',
};

export function drawing(name) {
  const svg = document.createElementNS(SVG, 'svg');
  const path = document.createElementNS(SVG, 'path');
  for (const [key, value] of [['viewBox', '0 0 24 24'], ['class', 'icon'], ['aria-hidden', 'true']]) svg.setAttribute(key, value);
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}
