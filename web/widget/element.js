/**
 * `h('p', 'quiet', {dir: 'auto'}, 'Hello')`: class, properties, then children as nodes or text. Tests find it by its
 * class.
 */
export function h(tag, className, properties, ...children) {
  const element = Object.assign(document.createElement(tag), { className, ...properties });
  element.dataset.testid = className;
  element.append(...children);
  return element;
}

/** Sets the text only if it differs, so that live regions are not announced again. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
