import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const folder = new URL('locales/', import.meta.url);
const read = (name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
const holes = (text) => (text.match(/\{\w+\}/g) ?? []).sort();
const names = readdirSync(folder);
const english = read('en.json');
const { states, sentences, errors } = english;

test('English, German and Arabic are there', () => {
  assert.deepEqual(names.sort(), ['ar.json', 'de.json', 'en.json']);
});

function compare(texts, english) {
  assert.deepEqual(Object.keys(texts).sort(), Object.keys(english).sort());
  for (const [key, text] of Object.entries(texts)) {
    if (typeof text === 'object') {
      compare(text, english[key]);
    } else {
      assert.ok(text.trim(), key);
      assert.deepEqual(holes(text), holes(english[key]), key);
    }
  }
}

for (const name of names) {
  test(`${name} has the texts that English has, no other and none empty, with the same places to fill`, () => {
    compare(read(name), english);
  });
}

test('each error code has a sentence', () => {
  const codes = ['invalid', 'unauthorized', 'forbidden', 'not_found', 'closed', 'conflict', 'rate_limited', 'too_large'];
  for (const code of [...codes, 'unavailable', 'timeout', 'disconnected']) assert.ok({ ...sentences, ...errors }[code], code);
});

test('what has to be said without a connection is there from the beginning', () => {
  assert.ok(states.waiting && sentences.too_large && sentences.unavailable);
});

test('every text that the scripts name exists, and every text is named', () => {
  const scripts = ['contact.js', 'loader.js', 'more.js', 'panel.js'];
  const source = scripts.map((name) => readFileSync(new URL(name, import.meta.url), 'utf8')).join('\n');
  const named = new Set([...source.matchAll(/(?<!\/)\btexts\.(\w+)/g)].map(([, key]) => key));
  assert.deepEqual([...named].sort(), Object.keys(english).sort());
});
