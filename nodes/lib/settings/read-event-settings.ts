/** What is to follow from bounces and complaints comes in as the editor saves it; settings that can be trusted go out. */
import type { Route } from './app-settings.ts';
import type { BreakerSettings, EventSettings } from './event-settings.ts';
import { readSesNotices } from './read-ses-notices.ts';
import { badSetting, type RawSettings, readNumber, readSwitch } from './setting-readers.ts';
import { usualShares } from './usual-shares.ts';

/** Missing settings have the editor's defaults. Throws EmailError `bad-settings`. */
export function readEventSettings(config: RawSettings, route: Route): EventSettings {
  const isTold = route.kind === 'ses' && readSwitch(config, 'sesEvents', false);
  return {
    keepDays: readNumber(config, 'eventDays', { least: 1, most: 3650, otherwise: 30 }),
    ses: isTold ? readSesNotices(config) : undefined,
    suppressHardBounces: readSwitch(config, 'suppressHardBounces', true),
    suppressComplaints: readSwitch(config, 'suppressComplaints', true),
    softBounces: readSwitch(config, 'suppressSoftBounces', true) ? readSoftBounces(config) : undefined,
    breaker: readSwitch(config, 'breaker', true) ? readBreaker(config) : undefined,
  };
}

function readSoftBounces(config: RawSettings): EventSettings['softBounces'] {
  return {
    count: readNumber(config, 'softBounceCount', { least: 2, most: 100, otherwise: 3 }),
    days: readNumber(config, 'softBounceDays', { least: 1, most: 365, otherwise: 14 }),
  };
}

function readBreaker(config: RawSettings): BreakerSettings {
  const share = (field: keyof typeof usualShares): number =>
    readNumber(config, field, { least: 0.001, most: 100, otherwise: usualShares[field], whole: false }) / 100;
  const warn = { bounces: share('bounceWarn'), complaints: share('complaintWarn') };
  const pause = { bounces: share('bouncePause'), complaints: share('complaintPause') };
  if (warn.bounces > pause.bounces) throw badSetting('bounceWarn', 'it is above the share that pauses');
  if (warn.complaints > pause.complaints)
    throw badSetting('complaintWarn', 'it is above the share that pauses');
  return {
    hours: readNumber(config, 'breakerHours', { least: 1, most: 720, otherwise: 24 }),
    leastMails: readNumber(config, 'breakerLeast', { least: 1, most: 1_000_000, otherwise: 100 }),
    warn,
    pause,
  };
}
