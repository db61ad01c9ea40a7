import assert from 'node:assert/strict';
import test from 'node:test';
import { memoryStorage } from './storage.js';
import { chooseTheme, chosenTheme } from './theme-choice.js';

test('a chosen theme is kept and told, and the system is no choice', () => {
  const storage = memoryStorage();
  const target = new EventTarget();
  const told = [];
  target.addEventListener('martlet-theme', ({ detail }) => told.push(detail));
  assert.equal(chosenTheme(storage), 'system');
  chooseTheme('dark', storage, target);
  assert.equal(chosenTheme(storage), 'dark');
  chooseTheme('system', storage, target);
  assert.equal(storage.getItem('martlet.theme'), null);
  assert.equal(chosenTheme(storage), 'system');
  assert.deepEqual(told, ['dark', 'system']);
});

test('what is no theme is the system', () => {
  const storage = memoryStorage();
  storage.setItem('martlet.theme', 'toString');
  assert.equal(chosenTheme(storage), 'system');
});
