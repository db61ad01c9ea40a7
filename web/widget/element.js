/** `h('p', {className: 'quiet', data: {testid: 'x'}}, 'Hello')`: properties, then children as nodes or text. */
export function h(tag, { data, ...properties } = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  Object.assign(element.dataset, data);
  element.append(...children);
  return element;
}

export const button = (properties, ...children) =>
  h('button', { type: 'button', className: 'link', ...properties }, ...children);

/** Sets the text only if it differs, so that live regions are not announced again. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
