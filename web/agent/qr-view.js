/** Draws a QR code. */
import { qrModules, qrPath } from './qr.js';

const SVG = 'http://www.w3.org/2000/svg';
const QUIET = 4;

/** Null if the text is too long for one. */
export function drawQR(text) {
  const modules = qrModules(text);
  if (!modules) return null;
  const size = modules.length + 2 * QUIET;
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', `0 0 ${size} ${size}`);
  svg.setAttribute('class', 'qr');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', 'QR code with the key; the key stands beside it as text');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', qrPath(modules, QUIET));
  svg.append(path);
  return svg;
}
