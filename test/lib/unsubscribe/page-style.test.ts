import assert from 'node:assert/strict';
import { pageStyle } from '../../../nodes/lib/unsubscribe/page-style.ts';

const [light = '', dark = ''] = pageStyle.split('prefers-color-scheme');
/** WCAG 2.2: 4.5 for text (1.4.3), 3 for the outlines of controls and focus (1.4.11). */
const pairs: [front: string, back: string, least: number][] = [
  ['text', 'card', 4.5],
  ['quiet', 'card', 4.5],
  ['quiet', 'ground', 4.5],
  ['button', 'card', 4.5],
  ['pressed', 'card', 4.5],
  ['on-button', 'button', 4.5],
  ['on-button', 'pressed', 4.5],
  ['on-notice', 'notice', 4.5],
  ['good', 'card', 3],
];

function colour(sheet: string, name: string): number[] {
  const hex = new RegExp(`--${name}:#([0-9a-f]+)`).exec(sheet)?.[1] ?? '';
  const full = hex.length === 3 ? hex.replace(/./g, '$&$&') : hex;
  assert.equal(full.length, 6, name);
  return [0, 2, 4].map((at) => Number.parseInt(full.slice(at, at + 2), 16) / 255);
}

function luminance(channels: number[]): number {
  const [r = 0, g = 0, b = 0] = channels.map((c) =>
    c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

describe('the colours of the pages', () => {
  for (const [theme, sheet] of Object.entries({ light, dark })) {
    for (const [front, back, least] of pairs) {
      it(`${theme}: ${front} on ${back} has a contrast of at least ${least}`, () => {
        const [high, low] = [front, back]
          .map((name) => luminance(colour(sheet, name)) + 0.05)
          .sort((one, other) => other - one) as [number, number];
        assert.ok(high / low >= least, `${(high / low).toFixed(2)}`);
      });
    }
  }
});
