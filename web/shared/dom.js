/**
 * `h('button', {class: 'button', onclick: send, 'aria-label': 'Send'}, icon, 'Send')`.
 * Text becomes text nodes, never HTML.
 * Properties: `on...` listeners, `dataset` an object, true/false/null for presence, all others attributes.
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'dataset') Object.assign(element.dataset, value);
    else setAttribute(element, name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function setAttribute(element, name, value) {
  if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value === true ? '' : value);
}

/** Sets the text only if it differs, so that live regions are not announced again. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Puts `children` into `parent` in this order and moves only what has to move: focus and selection stay. */
export function setChildren(parent, children) {
  const kept = new Set(children);
  for (const child of [...parent.childNodes]) if (!kept.has(child)) child.remove();
  children.forEach((child, index) => {
    if (parent.childNodes[index] !== child) parent.insertBefore(child, parent.childNodes[index] ?? null);
  });
}

/**
 * A list of elements by key. The function it returns takes the items, makes an element for each new key and calls
 * `fill(element, item)` when a field of an item is another than before.
 */
export function keyedList(parent, { keyOf, make, fill }) {
  let known = new Map();
  return (items, leading = []) => {
    const next = new Map();
    for (const item of items) {
      const entry = known.get(keyOf(item)) ?? { element: make(item) };
      if (!entry.item || !isSame(entry.item, item)) fill(entry.element, item);
      next.set(keyOf(item), { element: entry.element, item });
    }
    known = next;
    setChildren(parent, [...leading, ...[...next.values()].map((entry) => entry.element)]);
  };
}

function isSame(a, b) {
  const keys = Object.keys(b);
  return a === b || (keys.length === Object.keys(a).length && keys.every((key) => a[key] === b[key]));
}

const ICONS = {
  back: 'M14.5 5.5 8 12l6.5 6.5',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  clock: 'M12 4.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15ZM12 8v4.2l2.8 1.8',
  checks: 'm2.5 12.5 4.3 4.5L15 8M12 15.8l1.2 1.2L21.5 8',
  down: 'M12 5v14m-6-6 6 6 6-6',
  alert: 'M12 7.5v5.5m0 3.2v.1M12 3.8a8.2 8.2 0 1 0 0 16.4 8.2 8.2 0 0 0 0-16.4Z',
  send: 'M12 19V5.5M6 11.5l6-6 6 6',
  chevron: 'm7 10 5 5 5-5',
};

/** The line drawing of that name. */
export const icon = (name) => drawing(ICONS[name]);

/** A line drawing of 24 by 24 in the text's colour, hidden from screen readers, by the data of its path. */
export function drawing(data) {
  const [svg, path] = ['svg', 'path'].map((name) => document.createElementNS('http://www.w3.org/2000/svg', name));
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  path.setAttribute('d', data);
  svg.append(path);
  return svg;
}
