import assert from 'node:assert/strict';
import vm from 'node:vm';
import fc from 'fast-check';
import { linearPattern } from '../../../nodes/lib/rule/linear-pattern.ts';

const pattern = (source: string, ignoreCase = false) => linearPattern(source, { ignoreCase, refuse: Error });

const atom = fc.constantFrom(
  'a',
  'b',
  'K',
  '.',
  '\\d',
  '\\w',
  '\\W',
  '[ab]',
  '[^a]',
  '\\.',
  '\\u{1f600}',
  'é',
);
const edge = fc.constantFrom('^', '$', '\\b', '\\B');
const quantifier = fc.constantFrom('', '', '*', '+', '?', '*?', '{2}', '{1,}', '{0,2}', '{1,3}?', '{0}');

const { source: anyPattern } = fc.letrec<{ source: string; part: string }>((tie) => ({
  source: fc.array(tie('part'), { maxLength: 4 }).map((parts) => parts.join('')),
  part: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.tuple(atom, quantifier).map((pair) => pair.join('')),
    edge,
    fc.tuple(tie('source'), quantifier).map(([inner, times]) => `(?:${inner})${times}`),
    fc
      .tuple(tie('source'), tie('source'), quantifier)
      .map(([one, other, times]) => `(${one}|${other})${times}`),
  ),
}));
const anyText = fc.string({
  unit: fc.constantFrom('a', 'b', 'k', 'K', '\u212a', '1', ' ', '.', 'é', '😀'),
  maxLength: 12,
});

const sandbox = vm.createContext({});

/** Undefined for one of the patterns that take JavaScript for ever. */
function answerOfJavaScript(source: string, flags: string, text: string): boolean | undefined {
  const call = `new RegExp(...${JSON.stringify([source, flags])}).test(${JSON.stringify(text)})`;
  try {
    return vm.runInContext(call, sandbox, { timeout: 500 });
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined;
    throw error;
  }
}

describe('linearPattern', () => {
  it('agrees with JavaScript on every pattern it accepts', () => {
    fc.assert(
      fc.property(anyPattern, anyText, fc.boolean(), (source, text, ignoreCase) => {
        // V8 looks for \\B within surrogate pairs too, which the standard does not allow.
        fc.pre(
          source.length < 100 && !isTooLarge(source) && !(source.includes('\\B') && text.includes('😀')),
        );
        const expected = answerOfJavaScript(source, ignoreCase ? 'iu' : 'u', text);
        fc.pre(expected !== undefined);
        assert.equal(pattern(source, ignoreCase)(text), expected);
      }),
      { numRuns: 3000 },
    );
  });

  for (const [source, text, expected] of [
    ['^unsub(scribe)?$', 'unsubscribe', true],
    ['^unsub(scribe)?$', 'unsubscribed', false],
    ['(?<verb>leave|stop) me', 'please stop me', true],
    ['\\p{Lu}\\p{Ll}+', 'anna Bär', true],
    ['[^\\]]x', ']x', false],
    ['\\ud83d\\ude00', '😀', true],
    ['\\x41\\cJ', 'A\n', true],
    ['', 'anything', true],
    ['a{3}', 'aa', false],
    ['\\{\\}', '{}', true],
  ] as const) {
    it(`says ${expected} to ${JSON.stringify(text)} for ${source}`, () => {
      assert.equal(pattern(source)(text), expected);
    });
  }

  for (const [source, why] of [
    ['(a)\\1', /refers back/],
    ['(?<x>a)\\k<x>', /refers back/],
    ['(?=a)', /looks ahead/],
    ['(?!a)', /looks ahead/],
    ['(?<=a)b', /looks ahead/],
    ['(?<!a)b', /looks ahead/],
    ['(', /not a valid/],
    ['a{2,1}', /not a valid/],
    ['(?:a{100}){100}', /too large/],
    ['(?:){999999999}', /too large/],
    [`a{${'9'.repeat(400)}}`, /too large/],
    ['a'.repeat(501), /longer than 500/],
  ] as const) {
    it(`refuses ${source.slice(0, 20)}`, () => {
      assert.throws(() => pattern(source), why);
    });
  }

  it('takes as many steps more as the text is longer, whatever the pattern', () => {
    const part = fc.constantFrom(
      'a',
      'b',
      '.',
      '[^x]',
      '(a+)+',
      '(a|a)*',
      '(a|aa)+',
      'a?',
      '(.*)*',
      'a{2,5}',
      '\\b',
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 8 }), (parts) => {
        const matches = pattern(`^${parts.join('')}x$`);
        const [short, long] = [100, 400].map((length) => countSteps(() => matches('a'.repeat(length))));
        assert.ok(short && long && long < short * 5, `${parts.join('')}: ${short} steps, then ${long}`);
      }),
      { numRuns: 100 },
    );
  });

  it('would be caught taking more: a search that begins anew everywhere is', () => {
    const search = (length: number): void => {
      for (let left = length ** 2; left > 0; left -= 1) [left].pop();
    };
    const [short, long] = [100, 400].map((length) => countSteps(() => search(length)));
    assert.ok(short && long && long > short * 5);
  });

  /** Each of them takes a backtracking engine seconds, or for ever. */
  for (const [source, text] of [
    ['^(a+)+$', `${'a'.repeat(9_999)}!`],
    ['^(a|a)*$', `${'a'.repeat(9_999)}!`],
    ['^(a|aa)+$', `${'a'.repeat(9_999)}!`],
    ['(.*)*x', 'a'.repeat(10_000)],
    ['(\\w+\\s?)*:', 'word '.repeat(2_000)],
    ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a'.repeat(10_000)],
    [`${'a?'.repeat(100)}${'a'.repeat(100)}b`, 'a'.repeat(10_000)],
    ['.*a.*a.*a.*b', 'a'.repeat(10_000)],
    ['(.*[^é]*){40}x', 'é'.repeat(10_000)],
    ['(?:[^x]?){450}x', 'é'.repeat(10_000)],
  ] as const) {
    it(`answers ${source.slice(0, 30)} within two seconds`, () => {
      const test = pattern(source);
      const started = performance.now();
      assert.equal(test(text), false);
      assert.ok(performance.now() - started < 2_000);
    });
  }

  it('does not look beyond 10,000 characters', () => {
    assert.equal(pattern('x')(`${'a'.repeat(10_000)}x`), false);
    assert.equal(pattern('x')(`${'a'.repeat(9_999)}x`), true);
  });
});

/** Which no busy machine changes: each step takes a place off the list of those that are still to be followed. */
function countSteps(action: () => void): number {
  const { pop } = Array.prototype;
  let steps = 0;
  Array.prototype.pop = function counted(this: unknown[]) {
    steps += 1;
    if (steps > 10_000_000) throw new Error('it takes ever more steps');
    return pop.call(this);
  };
  try {
    action();
  } finally {
    Array.prototype.pop = pop;
  }
  return steps;
}

function isTooLarge(source: string): boolean {
  try {
    pattern(source);
    return false;
  } catch {
    return true;
  }
}
