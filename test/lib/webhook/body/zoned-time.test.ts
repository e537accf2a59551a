import assert from 'node:assert/strict';
import fc from 'fast-check';
import { zonedTime } from '../../../../nodes/lib/webhook/body/zoned-time.ts';

describe('zonedTime', () => {
  for (const [at, zone, expected] of [
    ['2023-02-06T22:21:04.662Z', 'Asia/Kolkata', '2023-02-07T03:51:04.662+05:30'],
    ['2023-02-06T22:21:04.662Z', 'UTC', '2023-02-06T22:21:04.662+00:00'],
    ['2026-01-01T01:00:00.000Z', 'America/New_York', '2025-12-31T20:00:00.000-05:00'],
    ['2026-03-29T00:59:59.999Z', 'Europe/Berlin', '2026-03-29T01:59:59.999+01:00'],
    ['2026-03-29T01:00:00.000Z', 'Europe/Berlin', '2026-03-29T03:00:00.000+02:00'],
    ['2026-06-01T00:00:00.000Z', 'Pacific/Marquesas', '2026-05-31T14:30:00.000-09:30'],
    ['2026-06-01T12:00:00.000Z', 'Pacific/Kiritimati', '2026-06-02T02:00:00.000+14:00'],
  ] as const) {
    it(`writes ${at} in ${zone} as ${expected}`, () => {
      assert.equal(zonedTime(Date.parse(at), zone), expected);
    });
  }

  it('means the same moment in every zone', () => {
    const zones = [
      'Asia/Kolkata',
      'America/St_Johns',
      'Europe/London',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
    ];
    const times = { min: Date.UTC(1990, 0), max: Date.UTC(2100, 0) };
    fc.assert(
      fc.property(fc.integer(times), fc.constantFrom(...zones), (at, zone) => {
        assert.equal(Date.parse(zonedTime(at, zone)), at);
      }),
    );
  });
});
