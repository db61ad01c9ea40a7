/** How readable a colour is (WCAG 2.2). Colours are `#rrggbb`. */

const NEEDED_FOR_TEXT = 4.5;
const NEEDED_FOR_SHAPES = 3;

export const isColor = (text) => /^#[0-9a-f]{6}$/i.test(text);

/** Relative luminance, 0 (black) to 1 (white). */
export function luminance(color) {
  const [red, green, blue] = [1, 3, 5].map((start) => {
    const value = parseInt(color.slice(start, start + 2), 16) / 255;
    return value > 0.04045 ? ((value + 0.055) / 1.055) ** 2.4 : value / 12.92;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** 1 (none) to 21 (black on white). */
export function contrast(a, b) {
  const [darker, lighter] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (lighter + 0.05) / (darker + 0.05);
}

/** What the widget writes with on this colour. */
export function inkOn(color) {
  return contrast(color, '#ffffff') >= contrast(color, '#000000') ? '#ffffff' : '#000000';
}

/** The checks of a widget's colour as `[{isGood, sentence}]`: its text, and itself on light and dark pages. */
export function colorChecks(color) {
  const ink = inkOn(color);
  const name = ink === '#ffffff' ? 'White' : 'Black';
  return [
    check(contrast(color, ink), NEEDED_FOR_TEXT, `${name} text on it`, 'is easy to read', 'is hard to read'),
    // The sign within stays readable in any case, so that the control can be found (1.4.11).
    check(contrast(color, '#ffffff'), NEEDED_FOR_SHAPES, 'The launcher', 'stands out on a white page', 'is faint on a white page, its sign is not'),
    check(contrast(color, '#16181b'), NEEDED_FOR_SHAPES, 'The launcher', 'stands out on a dark page', 'is faint on a dark page, its sign is not'),
  ];
}

function check(ratio, needed, what, good, bad) {
  const isGood = ratio >= needed;
  // Rounded down: 4.49 must not be shown as the 4.5 that it is not.
  const shown = (Math.floor(ratio * 10) / 10).toFixed(1);
  return { isGood, sentence: `${what} ${isGood ? good : bad} (${shown} : 1, ${isGood ? 'at least' : 'better'} ${needed})` };
}
