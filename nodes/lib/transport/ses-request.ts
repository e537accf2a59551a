/** A mail and some of its recipients come in, the request to SES goes out. Pure. */
import type { Tracking } from '../mail/mail-content.ts';
import type { SesRoute } from '../settings/app-settings.ts';
import type { Envelope, OutgoingMail } from './transport.ts';

/** Name of the tag with our key of the mail; SES's events carry it. */
export const keyTag = 'email-id';

export function sesRequest(mail: OutgoingMail, to: readonly string[], { configurationSet }: SesRoute) {
  return {
    ...senderOf(mail),
    // all of them, so that nobody's Bcc shows: SES writes no header from these when it is given the whole mail
    Destination: { ToAddresses: [...to] },
    Content: { Raw: { Data: mail.raw } },
    EmailTags: tagsOf(mail.key),
    ConfigurationSetName: configurationSet,
    ConfigurationOverrides: overridesOf(mail.tracking, configurationSet !== undefined),
  };
}

export function tagsOf(key: string | undefined) {
  return key === undefined ? undefined : [{ Name: keyTag, Value: key }];
}

function senderOf({ envelope, from = envelope.from }: OutgoingMail) {
  if (from === '') return {};
  return { FromEmailAddress: from, FeedbackForwardingEmailAddress: feedbackOf(envelope, from) };
}

/** Bounces go to the envelope's sender, when that is not the From address. */
export function feedbackOf({ from: bounces }: Envelope, from: string): string | undefined {
  return bounces === from ? undefined : bounces || undefined;
}

/** Without a configuration set there is nothing that would have to be switched off. */
export function overridesOf({ opens, clicks }: Tracking = {}, mayTrack: boolean) {
  const isGiven = (wish: boolean | undefined): boolean => wish === true || (wish === false && mayTrack);
  if (!isGiven(opens) && !isGiven(clicks)) return undefined;
  return { Tracking: { OpenTrackingEnabled: statusOf(opens), ClickTrackingEnabled: statusOf(clicks) } };
}

function statusOf(tracked: boolean | undefined) {
  return tracked === undefined ? undefined : tracked ? ('ENABLED' as const) : ('DISABLED' as const);
}
