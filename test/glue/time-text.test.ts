import assert from 'node:assert/strict';
import { clockText, durationText } from '../../nodes/glue/time-text.ts';

describe('time texts', () => {
  const durations = { '-5': '0 s', 59999: '59 s', 60000: '1 min', 7199999: '119 min', 7200000: '2 h' };
  for (const [time, text] of Object.entries(durations))
    it(`say ${time} ms as ${text}`, () => assert.equal(durationText(Number(time)), text));

  it('say the time of day in hours and minutes', () => {
    assert.equal(clockText(new Date(2026, 0, 2, 9, 5, 59).getTime()), '09:05');
  });
});
