/** A line drawing of 24 by 24 in the text's colour, hidden from screen readers. */
export function icon(path) {
  const [svg, line] = ['svg', 'path'].map((name) => document.createElementNS('http://www.w3.org/2000/svg', name));
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.ariaHidden = true;
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}
