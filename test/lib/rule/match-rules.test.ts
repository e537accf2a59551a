import assert from 'node:assert/strict';
import fc from 'fast-check';
import { matchRules, readRules } from '../../../nodes/lib/rule/match-rules.ts';
import type { Condition } from '../../../nodes/lib/rule/rule-schema.ts';
import { assertRefused } from '../../support/assert-refused.ts';

const message = {
  topic: 'Please unsubscribe me',
  email: {
    kind: 'mail',
    from: { address: 'Ann@Example.com', name: 'Ann' },
    to: [{ address: 'shop@example.net' }, { address: 'news@example.net' }],
    subject: 'Re: Offer 20%',
    size: 2048,
    attachments: [],
    headers: { 'x-spam': ['no', '0.1'] },
    auth: { dmarc: 'pass' },
    empty: null,
  },
};

const matches = (...conditions: object[]): boolean =>
  matchRules(readRules({ take: 'first', rules: [{ match: 'all', conditions }] }, 'rules'), message).length >
  0;

describe('matchRules', () => {
  for (const [property, operator, value, expected] of [
    ['email.kind', 'is', 'MAIL', true],
    ['email.kind', 'is', 'reply', false],
    ['email.kind', 'is-not', 'reply', true],
    ['email.missing', 'is-not', 'reply', true],
    ['email.missing', 'is', 'undefined', false],
    ['email.size', 'is', 2048, true],
    ['topic', 'contains', 'UNSUBSCRIBE', true],
    ['email.subject', 'starts-with', 're:', true],
    ['email.from.address', 'ends-with', '@example.com', true],
    ['email.from', 'is', 'ann@example.com', true],
    ['email.to', 'is', 'news@example.net', true],
    ['email.to.address', 'is', 'news@example.net', true],
    ['email.to.1.address', 'is', 'news@example.net', true],
    ['email.to.0.address', 'is', 'news@example.net', false],
    ['email.to.address', 'is-not', 'news@example.net', false],
    ['email.headers.x-spam', 'is', 'no', true],
    ['topic', 'matches-regex', '\\bun(subscribe|list)\\b', true],
    ['topic', 'matches-regex', '^unsubscribe', false],
    ['email.kind', 'is-one-of', 'reply, mail', true],
    ['email.kind', 'is-one-of', ['reply', 'bounce'], false],
    ['email.kind', 'exists', undefined, true],
    ['email.empty', 'exists', undefined, false],
    ['email.attachments', 'exists', undefined, false],
    ['email.attachments', 'does-not-exist', undefined, true],
    ['email.size', 'greater-than', 2000, true],
    ['email.size', 'less-than', '2000', false],
    ['topic', 'greater-than', 1, false],
    ['email.auth', 'matches-schema', { required: ['dmarc'], type: 'object' }, true],
    ['email.auth', 'matches-schema', '{"required": ["dkim"], "type": "object"}', false],
    ['email.kind', 'matches-schema', { type: 'string', pattern: '^(m|ma)+il$' }, true],
    ['email.kind', 'matches-schema', { type: 'string', pattern: '^bounce$' }, false],
    ['constructor', 'exists', undefined, false],
    ['email.__proto__', 'exists', undefined, false],
    ['email.attachments.length', 'exists', undefined, false],
  ] as const) {
    it(`says ${expected} to ${property} ${operator} ${JSON.stringify(value) ?? ''}`, () => {
      assert.equal(matches({ property, operator, value }), expected);
    });
  }

  it('regards case when told so', () => {
    const exact = { property: 'email.kind', caseSensitive: true };
    assert.equal(matches({ ...exact, operator: 'is', value: 'MAIL' }), false);
    assert.equal(matches({ ...exact, operator: 'is-one-of', value: 'MAIL' }), false);
    assert.equal(matches({ ...exact, operator: 'matches-regex', value: 'MAIL' }), false);
    assert.equal(matches({ ...exact, operator: 'is', value: 'mail' }), true);
  });

  const yes = { property: 'topic', operator: 'exists' };
  const no = { property: 'topic', operator: 'does-not-exist' };

  for (const [match, conditions, expected] of [
    ['all', [yes, yes], true],
    ['all', [yes, no], false],
    ['any', [no, yes], true],
    ['any', [no, no], false],
  ] as const) {
    it(`${expected ? 'holds' : 'fails'} when ${match} of ${conditions.map((one) => one === yes)} must`, () => {
      const rules = readRules({ take: 'first', rules: [{ match, conditions }] }, 'rules');
      assert.equal(matchRules(rules, message).length === 1, expected);
    });
  }

  it('names the first rule that matches, or all', () => {
    const rules = [no, yes, yes].map((one) => ({ match: 'all', conditions: [one] }));
    assert.deepEqual(matchRules(readRules({ take: 'first', rules }, 'rules'), message), [1]);
    assert.deepEqual(matchRules(readRules({ take: 'all', rules }, 'rules'), message), [1, 2]);
    assert.deepEqual(matchRules(readRules({ take: 'all', rules: [] }, 'rules'), message), []);
  });

  const place = 'rules[0].conditions[0]';
  const refusals: [object, string][] = [
    [{ property: 'topic', operator: 'like', value: 'x' }, `${place}.operator`],
    [{ property: '', operator: 'is', value: 'x' }, `${place}.property`],
    [{ operator: 'is', value: 'x' }, `${place}.property`],
    [{ property: 'topic', operator: 'is', value: 'x', note: 1 }, `${place}.note`],
    [{ property: 'topic', operator: 'is' }, `${place}.value`],
    [{ property: 'topic', operator: 'is-one-of', value: [{}] }, `${place}.value`],
    [{ property: 'topic', operator: 'greater-than', value: 'many' }, `${place}.value`],
    [{ property: 'topic', operator: 'matches-regex', value: '(' }, `${place}.value`],
    [{ property: 'topic', operator: 'matches-schema', value: '{' }, `${place}.value`],
    [{ property: 'topic', operator: 'matches-schema', value: { type: 'txt' } }, `${place}.value`],
    [
      { property: 'topic', operator: 'matches-schema', value: { format: 'email', type: 'string' } },
      `${place}.value`,
    ],
    [
      { property: 'topic', operator: 'matches-schema', value: { $ref: 'https://x.example/s' } },
      `${place}.value`,
    ],
    [{ property: 'topic', operator: 'matches-schema', value: { $async: true } }, `${place}.value`],
    [
      { property: 'topic', operator: 'matches-schema', value: { type: 'string', pattern: '(?=a)' } },
      `${place}.value`,
    ],
  ];
  for (const [condition, field] of refusals) {
    it(`refuses ${JSON.stringify(condition)}`, () =>
      assertRefused(() => matches(condition), 'bad-rule', field));
  }

  it('refuses what is no set of rules', () =>
    assertRefused(() => readRules([], 'rules'), 'bad-rule', 'rules'));

  it('takes a message that holds itself', () => {
    const list: unknown[] = [];
    const self: Record<string, unknown> = { x: list };
    list.push(self, self, list);
    const condition = { property: 'x.'.repeat(100).slice(0, -1), operator: 'exists' };
    const rules = readRules({ take: 'all', rules: [{ match: 'all', conditions: [condition] }] }, 'rules');
    assert.deepEqual(matchRules(rules, self), [0]);
  });

  it('takes any message without failing', () => {
    const property = fc.constantFrom('email', 'email.to', 'email.to.address', 'topic.length', '0.a');
    const conditions: Condition['operator'][] = [
      'is',
      'is-not',
      'contains',
      'exists',
      'greater-than',
      'matches-regex',
    ];
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything()), property, (anything, path) => {
        const rule = {
          match: 'all',
          conditions: conditions.map((operator) => ({ property: path, operator, value: 1 })),
        };
        assert.ok(matchRules(readRules({ take: 'all', rules: [rule] }, 'rules'), anything).length <= 1);
      }),
      { numRuns: 300 },
    );
  });
});
