import assert from 'node:assert/strict';
import { roundAbove } from '../../nodes/editor/sidebar/bar-chart.ts';
import { percentText } from '../../nodes/editor/sidebar/percent-text.ts';

describe('roundAbove', () => {
  for (const [value, round] of [
    [0, 1],
    [1, 1],
    [1.2, 2],
    [3, 5],
    [5, 5],
    [6, 10],
    [10, 10],
    [101, 200],
    [8123, 10_000],
  ] as const)
    it(`gives a scale to ${round} for ${value}`, () => assert.equal(roundAbove(value), round));
});

describe('percentText', () => {
  const percent = (share: number) => percentText(share).replace(',', '.').replace(/\s/g, '');
  it('keeps two digits, which is what Gmail and SES judge by', () => {
    assert.deepEqual([0, 0.0012, 0.05, 1].map(percent), ['0%', '0.12%', '5%', '100%']);
  });

  it('calls a little not nothing', () => {
    assert.equal(percent(0.000_004), '<0.01%');
  });
});
