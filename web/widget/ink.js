/** Black or white, whichever is easier to read on `color` (#rrggbb): at least 4.5:1 on each (WCAG 2.2, 1.4.3). */
export function inkOn(color) {
  const [red, green, blue] = color.match(/\w\w/g).map((part) => {
    const value = parseInt(part, 16) / 255;
    return value > 0.04 ? ((value + 0.055) / 1.055) ** 2.4 : value / 12.92;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? '#000' : '#fff';
}
