/**
 * QR codes (ISO/IEC 18004): bytes, error correction M, versions 1 to 10. A model: it returns the modules, and somebody
 * else draws them.
 */

/** Of each version from 1: correction codewords a block, and the data codewords of each block. */
const BLOCKS = [
  [10, [16]],
  [16, [28]],
  [26, [44]],
  [18, [32, 32]],
  [24, [43, 43]],
  [16, [27, 27, 27, 27]],
  [18, [31, 31, 31, 31]],
  [22, [38, 38, 39, 39]],
  [22, [36, 36, 36, 37, 37]],
  [26, [43, 43, 43, 43, 44]],
];

/** Rows and columns that alignment patterns are centred on. */
const ALIGNMENTS = [[], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46], [6, 28, 50]];

const MASKS = [
  (row, column) => (row + column) % 2 === 0,
  (row) => row % 2 === 0,
  (row, column) => column % 3 === 0,
  (row, column) => (row + column) % 3 === 0,
  (row, column) => (Math.floor(row / 2) + Math.floor(column / 3)) % 2 === 0,
  (row, column) => ((row * column) % 2) + ((row * column) % 3) === 0,
  (row, column) => (((row * column) % 2) + ((row * column) % 3)) % 2 === 0,
  (row, column) => (((row + column) % 2) + ((row * column) % 3)) % 2 === 0,
];

/** Rows of booleans, true is dark, without the quiet zone; null if the text is too long. `mask` is for tests. */
export function qrModules(text, mask) {
  const bytes = new TextEncoder().encode(text);
  const version = BLOCKS.findIndex((_, index) => bytes.length <= capacity(index + 1)) + 1;
  if (version === 0) return null;
  const codewords = interleave(version, dataCodewords(version, bytes));
  const candidates = (mask === undefined ? MASKS.map((_, index) => index) : [mask]).map((index) =>
    draw(version, codewords, index),
  );
  return candidates.reduce((best, next) => (penalty(next) < penalty(best) ? next : best));
}

/** An SVG path over the dark modules, each a square of 1, shifted by the quiet zone. */
export function qrPath(modules, quiet = 4) {
  let path = '';
  modules.forEach((line, row) => {
    line.forEach((isDark, column) => {
      if (isDark) path += `M${column + quiet} ${row + quiet}h1v1h-1z`;
    });
  });
  return path;
}

const dataCount = (version) => BLOCKS[version - 1][1].reduce((sum, count) => sum + count, 0);

/** 4 bits say that bytes follow, 8 or 16 how many. */
function capacity(version) {
  return dataCount(version) - (version < 10 ? 2 : 3);
}

function dataCodewords(version, bytes) {
  const bits = [];
  const put = (value, count) => {
    for (let index = count - 1; index >= 0; index--) bits.push((value >> index) & 1);
  };
  put(0b0100, 4);
  put(bytes.length, version < 10 ? 8 : 16);
  for (const byte of bytes) put(byte, 8);
  const room = dataCount(version) * 8;
  put(0, Math.min(4, room - bits.length));
  while (bits.length % 8 !== 0) bits.push(0);
  for (let pad = 0xec; bits.length < room; pad ^= 0xec ^ 0x11) put(pad, 8);
  const codewords = [];
  for (let index = 0; index < bits.length; index += 8) {
    codewords.push(bits.slice(index, index + 8).reduce((value, bit) => (value << 1) | bit, 0));
  }
  return codewords;
}

/** The first codeword of each block, then the second of each, then so for the correction. */
function interleave(version, data) {
  const [correctionCount, counts] = BLOCKS[version - 1];
  const blocks = [];
  let start = 0;
  for (const count of counts) {
    blocks.push(data.slice(start, start + count));
    start += count;
  }
  const corrections = blocks.map((block) => correction(block, correctionCount));
  return [...columns(blocks), ...columns(corrections)];
}

function columns(blocks) {
  const longest = Math.max(...blocks.map((block) => block.length));
  const result = [];
  for (let index = 0; index < longest; index++) {
    for (const block of blocks) if (index < block.length) result.push(block[index]);
  }
  return result;
}

/** Powers of 2 in the field of 256 elements by x^8 + x^4 + x^3 + x^2 + 1, and their logarithms. */
const POWERS = new Uint8Array(255);
const LOGARITHMS = new Uint8Array(256);
for (let exponent = 0, value = 1; exponent < 255; exponent++) {
  POWERS[exponent] = value;
  LOGARITHMS[value] = exponent;
  value = (value << 1) ^ (value & 0x80 ? 0x11d : 0);
}

const multiply = (a, b) => (a && b ? POWERS[(LOGARITHMS[a] + LOGARITHMS[b]) % 255] : 0);

/** The remainder of Reed and Solomon: of the block, shifted, by (x - 2^0)(x - 2^1)... */
export function correction(block, count) {
  let generator = [1];
  for (let exponent = 0; exponent < count; exponent++) {
    const next = [...generator, 0];
    generator.forEach((value, index) => (next[index + 1] ^= multiply(value, POWERS[exponent])));
    generator = next;
  }
  const rest = [...block, ...new Array(count).fill(0)];
  for (let index = 0; index < block.length; index++) {
    const factor = rest[index];
    generator.forEach((value, offset) => (rest[index + offset] ^= multiply(value, factor)));
  }
  return rest.slice(block.length);
}

function draw(version, codewords, mask) {
  const size = 17 + 4 * version;
  const modules = Array.from({ length: size }, () => new Array(size).fill(null));
  const set = (row, column, isDark) => {
    if (row >= 0 && row < size && column >= 0 && column < size) modules[row][column] = isDark;
  };
  const finder = (top, left) => {
    for (let row = -1; row <= 7; row++) {
      for (let column = -1; column <= 7; column++) {
        const ring = Math.max(Math.abs(row - 3), Math.abs(column - 3));
        set(top + row, left + column, ring !== 2 && ring !== 4);
      }
    }
  };
  finder(0, 0);
  finder(0, size - 7);
  finder(size - 7, 0);
  for (let index = 8; index < size - 8; index++) {
    set(6, index, index % 2 === 0);
    set(index, 6, index % 2 === 0);
  }
  const centres = ALIGNMENTS[version - 1];
  for (const row of centres) {
    for (const column of centres) {
      const isCorner = (a, b) => row === a && column === b;
      if (isCorner(6, 6) || isCorner(6, size - 7) || isCorner(size - 7, 6)) continue;
      for (let y = -2; y <= 2; y++) {
        for (let x = -2; x <= 2; x++) set(row + y, column + x, Math.max(Math.abs(x), Math.abs(y)) !== 1);
      }
    }
  }
  drawFormat(set, size, mask);
  if (version >= 7) drawVersion(set, size, version);
  drawCodewords(modules, size, codewords, MASKS[mask]);
  return modules;
}

/** 15 bits, twice: level M is 00, then the mask, then 10 bits of correction (BCH), all over a mask of their own. */
function drawFormat(set, size, mask) {
  const bits = ((mask << 10) | remainder(mask << 10, 0b10100110111, 10)) ^ 0b101010000010010;
  const isDark = (index) => ((bits >> index) & 1) === 1;
  for (let index = 0; index < 15; index++) {
    const row = index < 6 ? index : index < 8 ? index + 1 : size - 15 + index;
    set(row, 8, isDark(index));
    const column = index < 8 ? size - 1 - index : index < 9 ? 15 - index : 14 - index;
    set(8, column, isDark(index));
  }
  set(size - 8, 8, true);
}

/** 18 bits, twice, from version 7 on. */
function drawVersion(set, size, version) {
  const bits = (version << 12) | remainder(version << 12, 0b1111100100101, 12);
  for (let index = 0; index < 18; index++) {
    const isDark = ((bits >> index) & 1) === 1;
    set(Math.floor(index / 3), size - 11 + (index % 3), isDark);
    set(size - 11 + (index % 3), Math.floor(index / 3), isDark);
  }
}

function remainder(value, divisor, degree) {
  let rest = value;
  for (let bit = 31 - Math.clz32(rest); bit >= degree; bit = 31 - Math.clz32(rest)) rest ^= divisor << (bit - degree);
  return rest;
}

/** In pairs of columns from the right, upwards and downwards in turn, past the column of the timing pattern. */
function drawCodewords(modules, size, codewords, isFlipped) {
  let next = 0;
  let isUpwards = true;
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step++) {
      const row = isUpwards ? size - 1 - step : step;
      for (const column of [right, right - 1]) {
        if (modules[row][column] !== null) continue;
        const bit = next < codewords.length * 8 && (codewords[next >> 3] >> (7 - (next & 7))) & 1;
        modules[row][column] = (bit === 1) !== isFlipped(row, column);
        next++;
      }
    }
    isUpwards = !isUpwards;
  }
}

/** What makes a code hard to read: rows of one colour, squares, look-alikes of the finders, too much of one colour. */
function penalty(modules) {
  const size = modules.length;
  let sum = 0;
  let dark = 0;
  const lines = [...modules, ...modules.map((_, column) => modules.map((line) => line[column]))];
  for (const line of lines) {
    let run = 0;
    for (let index = 0; index < size; index++) {
      run = index > 0 && line[index] === line[index - 1] ? run + 1 : 1;
      if (run === 5) sum += 3;
      else if (run > 5) sum += 1;
    }
    const text = line.map((isDark) => (isDark ? '1' : '0')).join('');
    for (let index = 0; index + 11 <= size; index++) {
      const part = text.slice(index, index + 11);
      if (part === '10111010000' || part === '00001011101') sum += 40;
    }
  }
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      if (modules[row][column]) dark++;
      if (row + 1 === size || column + 1 === size) continue;
      const isDark = modules[row][column];
      const isSquare =
        modules[row][column + 1] === isDark && modules[row + 1][column] === isDark && modules[row + 1][column + 1] === isDark;
      if (isSquare) sum += 3;
    }
  }
  return sum + 10 * Math.floor(Math.abs((dark * 100) / (size * size) - 50) / 5);
}
