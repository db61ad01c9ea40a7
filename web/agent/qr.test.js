import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { correction, qrModules, qrPath } from './qr.js';

const bits = (cells) => cells.reduce((value, isDark) => value * 2 + (isDark ? 1 : 0), 0);

test('the correction is that of the example in textbooks', () => {
  const data = [32, 91, 11, 120, 209, 114, 220, 77, 67, 64, 236, 17, 236, 17, 236, 17];
  assert.deepEqual(correction(data, 10), [196, 35, 39, 119, 235, 215, 231, 226, 93, 23]);
});

test('each version takes as many bytes as the standard says, and no more', () => {
  [14, 26, 42, 62, 84, 106, 122, 152, 180, 213].forEach((count, index) => {
    assert.equal(qrModules('x'.repeat(count), 0).length, 21 + 4 * index);
    const more = qrModules('x'.repeat(count + 1), 0);
    assert.equal(more?.length, index < 9 ? 25 + 4 * index : undefined);
  });
  assert.equal(qrModules('é'.repeat(8), 0).length, 25);
});

test('the format says level M and the mask, in both places', () => {
  const expected = [0x5412, 0x5125, 0x5e7c, 0x5b4b, 0x45f9, 0x40ce, 0x4f97, 0x4aa0];
  expected.forEach((format, mask) => {
    const modules = qrModules('martlet', mask);
    const first = [0, 1, 2, 3, 4, 5, 7, 8].map((column) => modules[8][column]);
    first.push(...[7, 5, 4, 3, 2, 1, 0].map((row) => modules[row][8]));
    assert.equal(bits(first), format);
    const second = [20, 19, 18, 17, 16, 15, 14].map((row) => modules[row][8]);
    second.push(...[13, 14, 15, 16, 17, 18, 19, 20].map((column) => modules[8][column]));
    assert.equal(bits(second), format);
    assert.equal(modules[13][8], true);
  });
});

test('from version 7 on the version is told', () => {
  const modules = qrModules('x'.repeat(110), 0);
  const cells = [];
  for (let index = 17; index >= 0; index--) cells.push(modules[Math.floor(index / 3)][34 + (index % 3)]);
  assert.equal(bits(cells), 0x07c94);
});

test('codes are the same as those that a reader of others has read', () => {
  const digest = (text) => createHash('sha256').update(qrPath(qrModules(text))).digest('hex').slice(0, 16);
  assert.equal(digest('otpauth://totp/Martlet:ada?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Martlet'), '0f538756702debf7');
  assert.equal(digest('0123456789'.repeat(20)), 'acc7dd33569b2d52');
});
