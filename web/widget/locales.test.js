import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const folder = new URL('locales/', import.meta.url);
const read = (name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
const holes = (text) => (text.match(/\{\w+\}/g) ?? []).sort();
const others = readdirSync(folder).filter((name) => !name.startsWith('en'));

test('English, German and Arabic are there', () => {
  for (const locale of ['en', 'de', 'ar']) for (const part of ['', '-more']) read(`${locale}${part}.json`);
});

for (const name of others) {
  test(`${name} has the texts that English has, no other and none empty, with the same places to fill`, () => {
    const english = read(name.replace(/^[a-z]+/, 'en'));
    const texts = read(name);
    assert.deepEqual(Object.keys(texts).sort(), Object.keys(english).sort());
    for (const [key, text] of Object.entries(texts)) {
      assert.ok(text.trim(), key);
      assert.deepEqual(holes(text), holes(english[key]), key);
    }
  });
}

test('each error code has a sentence', () => {
  const codes = ['invalid', 'unauthorized', 'forbidden', 'not_found', 'closed', 'conflict', 'rate_limited', 'too_large'];
  const texts = { ...read('en.json'), ...read('en-more.json') };
  for (const code of [...codes, 'unavailable', 'timeout', 'disconnected']) assert.ok(texts[code], code);
});

test('what has to be said without a connection is there from the beginning', () => {
  const texts = read('en.json');
  for (const key of ['connecting', 'reconnecting', 'offline', 'kept', 'waiting', 'edit', 'too_large', 'unavailable']) {
    assert.ok(texts[key], key);
  }
});

test('every text that the scripts name exists, and every text is named', () => {
  const scripts = ['panel.js', 'more.js', 'loader.js'].map((name) => readFileSync(new URL(name, import.meta.url), 'utf8'));
  const source = scripts.join('\n');
  const texts = { ...read('en.json'), ...read('en-more.json') };
  for (const [, key] of source.matchAll(/\bsay\('(\w+)'/g)) assert.ok(texts[key], key);
  // Codes of errors, states of a message and of a connection name theirs.
  const computed = /^(invalid|unauthorized|forbidden|not_found|closed|conflict|rate_limited|too_large|unavailable|timeout|disconnected|stored|seen|failed|waiting|refused|stopped)$/;
  for (const key of Object.keys(texts)) {
    assert.ok(computed.test(key) || source.includes(`'${key}'`) || source.includes(`texts.${key}`), `${key} is not used`);
  }
});
