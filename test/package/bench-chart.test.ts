import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Bar, type Chart, drawChart, widthOf } from '../../bench/chart.ts';

const amount = fc.double({ min: 0, max: 1e7, noNaN: true });
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 120 }),
  fc.string({
    unit: fc.constantFrom('<', '&', '>', '"', ']]>', '\0', '\ud800', '漢', 'W', ' '),
    maxLength: 120,
  }),
);
const bar: fc.Arbitrary<Bar> = fc.record({
  label: text,
  value: amount,
  low: amount,
  high: amount,
  text,
  isOurs: fc.boolean(),
  marks: fc.array(amount, { maxLength: 3 }),
});
const chart: fc.Arbitrary<Chart> = fc.record({
  name: fc.constant('any'),
  title: text,
  scale: text,
  bars: fc.array(bar, { minLength: 1, maxLength: 6 }),
  notes: fc.array(text, { maxLength: 5 }),
});

const sample: Chart = {
  name: 'sample',
  title: 'Mails a second',
  scale: 'a second, as a multiple of “a”; longer is better',
  bars: [
    { label: 'a', value: 1, low: 1, high: 1, text: '1 ×', isOurs: false, marks: [] },
    { label: 'ours', value: 2, low: 1.5, high: 2.5, text: '2 ×', isOurs: true, marks: [1.5] },
  ],
  notes: ['✓ ours / a: 2 × (at least 1.5 ×)'],
};

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

describe('a chart of the bench', () => {
  it('is well-formed XML, whatever its texts say', () => {
    fc.assert(fc.property(chart, (any) => requireWellFormed(drawChart(any))));
  });

  it('has its texts inside, and none over another', () => {
    fc.assert(
      fc.property(chart, (any) => {
        const svg = drawChart(any);
        const [, width, height] = (/viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? []).map(Number);
        const boxes = textBoxes(svg);
        for (const [index, box] of boxes.entries()) {
          assert.ok(box.left >= 0 && box.right <= Number(width) && box.top >= 0, JSON.stringify(box));
          assert.ok(box.bottom <= Number(height), JSON.stringify(box));
          for (const other of boxes.slice(index + 1)) assert.ok(!overlap(box, other), svg);
        }
      }),
    );
  });

  it('draws bars as long as their values, and the target of one at its place', () => {
    const svg = drawChart(sample);
    const [first, second] = [...svg.matchAll(/class="(?:bar|ours)" x="16" y="\d+" width="([\d.]+)"/g)];
    assert.ok(Math.abs(Number(second?.[1]) / Number(first?.[1]) - 2) < 0.01);
    const [, mark] = /class="mark" d="M([\d.]+) /.exec(svg) ?? [];
    assert.ok(Math.abs((Number(mark) - 16) / Number(first?.[1]) - 1.5) < 0.01);
    assert.match(svg, /triangle: target/);
  });

  it('is the same text for the same numbers, with both colour schemes and no script', () => {
    const svg = drawChart(sample);
    assert.equal(svg, drawChart(structuredClone(sample)));
    assert.match(svg, /prefers-color-scheme: dark/);
    assert.doesNotMatch(svg, /<script|\son\w+=|href/);
  });
});

function textBoxes(svg: string): Box[] {
  return [...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)" font-size="(\d+)"([^>]*)>([^<]*)</g)].map(
    (found) => {
      const [x = 0, y = 0, size = 0] = found.slice(1, 4).map(Number);
      const written = String(found[5]).replace(/&\w+;/g, '&');
      const right = x + widthOf(written, size, found[4]?.includes('font-weight'));
      return { left: x, right, top: y - size * 0.8, bottom: y + size * 0.22 };
    },
  );
}

function overlap(one: Box, other: Box): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

/** The part of XML that a chart uses, strictly: each tag closed in its turn, each `&` an entity, no forbidden character. */
function requireWellFormed(svg: string): void {
  const open: string[] = [];
  const piece = /<(\/?)(\w+)((?: [\w:-]+="[^"<&]*")*)(\/?)>|((?:[^<&]|&(?:amp|lt|gt);)+)/uy;
  while (piece.lastIndex < svg.length) {
    const at = piece.lastIndex;
    const [, closes, name, , empty, content] =
      piece.exec(svg) ?? assert.fail(`at ${at}: ${svg.slice(at, at + 80)}`);
    if (content !== undefined) assert.doesNotMatch(content, /\p{Cs}|(?!\n)\p{Cc}|[\ufffe\uffff]|\]\]>/u);
    else if (closes) assert.equal(open.pop(), name);
    else if (!empty) open.push(String(name));
  }
  assert.deepEqual(open, []);
  assert.match(svg, /^<svg /);
}
