import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseIsoTime, readTimes } from '../../../nodes/lib/request/read-times.ts';
import type { SendFields } from '../../../nodes/lib/request/send-fields.ts';
import { assertRefused } from '../../support/assert-refused.ts';

const now = Date.UTC(2026, 10, 23, 12);
const day = 24 * 60 * 60 * 1000;

describe('readTimes', () => {
  const good: [string, SendFields, sendAt: number | undefined, expireAt: number | undefined][] = [
    ['nothing given', {}, undefined, undefined],
    ['an ISO text', { sendAt: '2026-11-23T13:00:00Z' }, now + 3_600_000, undefined],
    ['an ISO text with an offset', { sendAt: '2026-11-23T14:00:00.500+01:00' }, now + 3_600_500, undefined],
    ['milliseconds', { sendAt: now + 1 }, now + 1, undefined],
    ['a Date', { sendAt: new Date(now + 1) }, now + 1, undefined],
    ['a time in the past as now', { sendAt: '2020-01-01T00:00:00Z' }, undefined, undefined],
    ['a year ahead', { sendAt: now + 365 * day }, now + 365 * day, undefined],
    ['expiry', { expireAt: now + 1 }, undefined, now + 1],
    ['validity from now', { validity: 1.5 }, undefined, now + 1500],
    ['validity from the sending time', { sendAt: now + 1000, validity: 1 }, now + 1000, now + 2000],
    [
      'validity from now, not from a past sending time',
      { sendAt: now - 9000, validity: 1 },
      undefined,
      now + 1000,
    ],
  ];
  for (const [name, fields, sendAt, expireAt] of good) {
    it(`takes ${name}`, () => assert.deepEqual(readTimes(fields, now), { sendAt, expireAt }));
  }

  const bad: [string, SendFields, field: string][] = [
    ['more than a year ahead', { sendAt: now + 365 * day + 1 }, 'sendAt'],
    ['seconds instead of milliseconds', { sendAt: Math.round(now / 1000) }, 'sendAt'],
    ['a text without an offset', { sendAt: '2026-11-23T13:00:00' }, 'sendAt'],
    ['a text that is no time', { sendAt: 'tomorrow' }, 'sendAt'],
    ['a day that does not exist', { sendAt: '2027-02-30T00:00:00Z' }, 'sendAt'],
    ['no number', { sendAt: Number.NaN }, 'sendAt'],
    ['an invalid Date', { sendAt: new Date(Number.NaN) }, 'sendAt'],
    ['an object', { sendAt: {} }, 'sendAt'],
    ['expiry now', { expireAt: now }, 'expireAt'],
    ['expiry before sending', { sendAt: now + 2000, expireAt: now + 1000 }, 'expireAt'],
    ['expiry and validity', { expireAt: now + 1000, validity: 1 }, 'validity'],
    ['validity of nothing', { validity: 0 }, 'validity'],
    ['negative validity', { validity: -1 }, 'validity'],
    ['validity as text', { validity: '60' }, 'validity'],
    ['endless validity', { validity: Number.POSITIVE_INFINITY }, 'validity'],
  ];
  for (const [name, fields, field] of bad) {
    it(`refuses ${name}`, () => assertRefused(() => readTimes(fields, now), 'bad-time', field));
  }
});

describe('parseIsoTime', () => {
  it('reads back every time that JavaScript writes', () =>
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }), (date) => {
        assert.equal(parseIsoTime(date.toISOString()), date.getTime());
      }),
    ));

  it('takes an hour or minute that does not exist for no time', () => {
    for (const text of [
      '2026-11-23T24:00:00Z',
      '2026-11-23T12:60:00Z',
      '2026-11-23T12:00:60Z',
      '2026-11-23T12:00:00+99:00',
    ]) {
      assert.equal(parseIsoTime(text), undefined, text);
    }
  });
});
