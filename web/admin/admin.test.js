import assert from 'node:assert/strict';
import test from 'node:test';
import { ACTIONS, auditSentence } from './audit-sentences.js';
import { firstSteps, progressSentence } from './checklist.js';
import { colorChecks, contrast, inkOn, isColor } from './contrast.js';
import { hoursMistakes, hoursOf, hoursSentence, weekOf } from './hours.js';
import { parseOrigins } from './origins.js';
import { parseRoute, routeTo } from './route.js';
import { problemSentence } from './sentences.js';
import { policyOf, snippetOf } from './snippet.js';
import { parseWords } from './words.js';

test('a fragment names the section and what is open in it', () => {
  assert.deepEqual(parseRoute('#sites/a%2Fb'), { section: 'sites', id: 'a/b' });
  assert.deepEqual(parseRoute(routeTo('privacy', 'x y')), { section: 'privacy', id: 'x y' });
  for (const wrong of ['', '#', '#constructor', '#nowhere/1']) assert.equal(parseRoute(wrong).section, 'checklist');
  assert.equal(parseRoute('#sites/%').id, null);
});

test('contrast is that of WCAG, and the ink is the readable one', () => {
  assert.equal(contrast('#000000', '#ffffff'), 21);
  assert.equal(contrast('#777777', '#ffffff').toFixed(2), '4.48');
  assert.equal(inkOn('#1f4e79'), '#ffffff');
  assert.equal(inkOn('#ffd60a'), '#000000');
  for (let grey = 0; grey < 256; grey += 1) {
    const color = `#${grey.toString(16).padStart(2, '0').repeat(3)}`;
    assert.ok(colorChecks(color)[0].isGood, `${color} has no readable ink`);
  }
  assert.deepEqual(colorChecks('#fffae0').map(({ isGood }) => isGood), [true, false, true]);
  assert.deepEqual(colorChecks('#101820').map(({ isGood }) => isGood), [true, true, false]);
  assert.match(colorChecks('#777777')[1].sentence, /4\.4 : 1/);
  assert.ok(isColor('#A0b1C2') && !isColor('#fff') && !isColor('red'));
});

test('hours are edited by weekday and come back the same', () => {
  const hours = {
    timeZone: 'Europe/Berlin',
    days: [1, 2, 3, 4, 5].map((day) => ({ day, from: '09:00', to: '17:00' })).concat([{ day: 6, from: '10:00', to: '14:00' }]),
  };
  assert.deepEqual(hoursOf(weekOf(hours), 'Europe/Berlin'), hours);
  assert.equal(hoursOf(weekOf(null), 'UTC'), null);
  assert.equal(hoursSentence(hours), 'Monday to Friday 09:00–17:00, Saturday 10:00–14:00 (Europe/Berlin)');
  assert.match(hoursSentence(null), /Nothing is promised/);
});

test('times that cannot be are told at their day', () => {
  const week = weekOf(null);
  week[0] = [{ from: '09:00', to: '09:00' }];
  week[1] = [{ from: '', to: '12:00' }];
  week[2] = [{ from: '13:00', to: '17:00' }, { from: '09:00', to: '14:00' }];
  week[3] = [{ from: '20:00', to: '24:00' }];
  assert.deepEqual(Object.keys(hoursMistakes(week)), ['0', '1', '2']);
});

test('origins are read as people write them', () => {
  const { origins, mistakes } = parseOrigins('shop.example\nhttps://www.shop.example/cart?x\n\n localhost:8080 \nshop.example');
  assert.deepEqual(origins, ['https://shop.example', 'https://www.shop.example', 'http://localhost:8080']);
  assert.deepEqual(mistakes, []);
  assert.equal(parseOrigins('ftp://x\nhttps://*.shop.example\nhttps://me:pw@shop.example\nnot a site').mistakes.length, 4);
});

test('each code has a sentence, and a field its own', () => {
  const codes = ['invalid', 'unauthorized', 'forbidden', 'not_found', 'closed', 'conflict', 'rate_limited', 'too_large', 'unavailable'];
  const sentences = codes.map((code) => problemSentence({ code }));
  assert.equal(new Set(sentences).size, codes.length);
  assert.match(problemSentence({ status: 429, retryAfter: 8 }), /8 seconds/);
  assert.match(problemSentence({ status: 0 }), /cannot be reached/);
  assert.match(problemSentence({ code: 'invalid', field: 'color' }), /#rrggbb/);
  assert.equal(problemSentence({ code: 'conflict' }, { conflict: 'Taken.' }), 'Taken.');
  assert.match(problemSentence({ status: 500, code: 'toString' }), /try again/);
});

test('the audit log speaks in sentences, without a gap where nobody is named', () => {
  const ada = { kind: 'account', userId: '1', name: 'Ada' };
  for (const action of Object.keys(ACTIONS)) {
    for (const target of [undefined, { kind: 'account', id: '2', name: 'Ben' }]) {
      const sentence = auditSentence({ actor: ada, action, target });
      assert.match(sentence, /^[A-Z].*\.$/);
      assert.doesNotMatch(sentence, /undefined|  | \./, sentence);
      assert.ok(!sentence.includes(action) || action === 'logout', `${action} has no sentence`);
    }
  }
  assert.equal(auditSentence({ actor: ada, action: 'account.disabled', target: { name: 'Ben' } }), 'Ada disabled Ben.');
  assert.equal(auditSentence({ actor: { kind: 'command_line' }, action: 'new.thing' }), 'Somebody on the command line: new.thing.');
});

test('first steps are done by what there is', () => {
  const site = { siteId: 'default', origins: [], hours: null };
  const me = { agentId: 'a' };
  const fresh = firstSteps({ me, agents: [{ agentId: 'a' }], sites: [site], messages: 0, replies: null });
  assert.ok(fresh.every(({ isDone }) => !isDone));
  const ready = firstSteps({
    me,
    agents: [{ agentId: 'a', hasSecondFactor: true }, { agentId: 'b' }],
    sites: [{ ...site, origins: ['https://shop.example'], hours: { timeZone: 'UTC', days: [] } }],
    messages: 1,
    replies: 3,
  });
  assert.match(progressSentence(ready), /Everything is done/);
  assert.match(progressSentence(fresh), /Six/);
});

test('the snippet and the policy name this server', () => {
  assert.equal(snippetOf('default', 'https://help.example'), '<script async src="https://help.example/widget.js" data-site="default"></script>');
  assert.equal(policyOf('https://help.example'), 'script-src https://help.example; connect-src https://help.example wss://help.example');
});

test('words of the filter are one a line and each once', () => {
  assert.deepEqual(parseWords(' Darn \n\nheck  it\ndarn\n'), ['Darn', 'heck it']);
});
