import assert from 'node:assert/strict';
import type { Route } from '../../../nodes/lib/settings/app-settings.ts';
import { readEventSettings } from '../../../nodes/lib/settings/read-event-settings.ts';
import { assertRefused } from '../../support/assert-refused.ts';

const none: Route = { kind: 'none' };
const ses: Route = { kind: 'ses', bulk: false, aws: { region: 'eu-central-1' } };

describe('readEventSettings', () => {
  it('has the editor’s defaults', () =>
    assert.deepEqual(readEventSettings({}, none), {
      ...{ keepDays: 30, ses: undefined, suppressHardBounces: true, suppressComplaints: true },
      softBounces: { count: 3, days: 14 },
      breaker: {
        ...{ hours: 24, leastMails: 100 },
        warn: { bounces: 0.02, complaints: 0.001 },
        pause: { bounces: 0.05, complaints: 0.003 },
      },
    }));

  it('switches off what is off', () => {
    const off = { suppressHardBounces: false, suppressSoftBounces: false, breaker: false };
    const settings = readEventSettings(off, none);
    const { suppressHardBounces, softBounces, breaker } = settings;
    assert.deepEqual([suppressHardBounces, softBounces, breaker], [false, undefined, undefined]);
  });

  it('asks Amazon only on its own route', () => {
    assert.deepEqual(readEventSettings({ sesEvents: true }, ses).ses, { by: 'queue', topics: [] });
    assert.equal(readEventSettings({ sesEvents: true }, none).ses, undefined);
  });

  for (const [title, field, config] of [
    ['a warning that comes after the pause', 'bounceWarn', { bounceWarn: '6' }],
    ['the same of complaints', 'complaintWarn', { complaintPause: '0.01' }],
    ['a rate above all', 'bouncePause', { bouncePause: '101' }],
    ['one soft bounce', 'softBounceCount', { softBounceCount: '1' }],
    ['no days', 'eventDays', { eventDays: '0' }],
  ] as [string, string, Record<string, string>][]) {
    it(`refuses ${title}`, () => assertRefused(() => readEventSettings(config, none), 'bad-settings', field));
  }
});
