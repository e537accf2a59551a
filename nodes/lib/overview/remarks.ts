/** How an app stands comes in; what a person should know of it goes out in sentences, the worst first. */
import type { AppState } from '../app/email-app.ts';
import { EmailError } from '../kernel/errors.ts';
import type { TokenState } from '../oauth/token-state.ts';
import type { AppOverview, HealthLevel, HealthRemark } from './app-overview.ts';
import { thresholds } from './app-overview.ts';

export interface RemarkFacts
  extends Pick<AppOverview, 'identity' | 'route' | 'reputation' | 'dns' | 'webhooks' | 'inbound'> {
  readonly state: AppState;
  readonly token?: TokenState;
  /** Of the Amazon SES account; undefined where it is not known. */
  readonly sandbox?: boolean;
}

type Rule = (facts: RemarkFacts) => readonly HealthRemark[];

export function remarksOf(facts: RemarkFacts): readonly HealthRemark[] {
  const remarks = rules.flatMap((rule) => rule(facts));
  return [
    ...remarks.filter(({ level }) => level === 'bad'),
    ...remarks.filter(({ level }) => level !== 'bad'),
  ];
}

export function worstOf(levels: Iterable<HealthLevel>): HealthLevel {
  const all = new Set(levels);
  return all.has('bad') ? 'bad' : all.has('warning') ? 'warning' : 'good';
}

const storeTrouble: Rule = ({ state: { storeTrouble: trouble } }) =>
  trouble ? [bad(trouble.code, trouble.message)] : [];

/** A route without a sign-in is down for that reason, which is told by itself. */
const routeDown: Rule = ({ state: { routeDown: isDown, signInNeeded, lastFailure } }) =>
  isDown && !signInNeeded
    ? [
        bad(
          lastFailure?.code ?? 'connect-failed',
          `Mail waits for its route, which is tried again: ${lastFailure?.reason ?? 'it is down.'}`,
        ),
      ]
    : [];

const signInNeeded: Rule = ({ state, token }) =>
  state.signInNeeded
    ? [bad('sign-in-needed', token?.trouble ?? 'Mail waits until somebody has signed in (tab Route).')]
    : [];

const quotaUsedUp: Rule = ({ state }) =>
  state.quotaUsedUp
    ? [bad('daily-quota', sentence('daily-quota', { response: 'it is looked at again by itself' }))]
    : [];

const byHand = 'paused by hand';

const paused: Rule = ({ state: { paused: isPaused, pauseReason: why = byHand } }) => {
  if (!isPaused) return [];
  if (why === byHand) return [warning('paused', 'Somebody paused sending; mail waits until it is resumed.')];
  return [bad('paused', `Sending was paused, and mail waits until somebody resumes it: ${why}`)];
};

const marketingPaused: Rule = ({ state: { marketingPaused: why } }) =>
  why === undefined ? [] : [warning('marketing-paused', sentence('marketing-paused', { why }))];

/** One complaint says nothing. */
const fewest = 2;
const marks = {
  bounces: thresholds.ses.bounces,
  complaints: thresholds.gmail.complaints,
} as const;

const reputationLow: Rule = ({ reputation }) => {
  const { mails, hours } = reputation;
  return (['bounces', 'complaints'] as const).flatMap((kind) => {
    const share = reputation[kind];
    if (share < marks[kind].warn || Math.round(share * mails) < fewest) return [];
    const why = `${(share * 100).toFixed(2)} % ${kind} among ${mails} mails within ${hours} hours`;
    const text = sentence('reputation-low', { why });
    return [share < marks[kind].bad ? warning('reputation-low', text) : bad('reputation-low', text)];
  });
};

/** Over SES receivers check the MAIL FROM domain: an SPF record at the domain itself is good manners. */
const dnsIncomplete: Rule = ({ dns, identity, route }) => {
  const faults = dns.filter(
    ({ name, state }) => state !== 'ok' && state !== 'unknown' && !(route === 'ses' && name === 'spf'),
  );
  if (faults.length === 0) return [];
  const why = faults
    .map(({ name, text = '' }) => `${shownNames[name]} – ${text.replace(/\.$/, '')}`)
    .join('; ');
  return [warning('dns-incomplete', sentence('dns-incomplete', { value: identity, why }))];
};

const shownNames = { spf: 'SPF', dkim: 'DKIM', dmarc: 'DMARC', 'mail-from': 'MAIL FROM', mx: 'MX' } as const;

const webhooksGivenUp: Rule = ({ webhooks }) =>
  webhooks.flatMap(({ name, host, dead, disabled }) => {
    const whom = name || host;
    return [
      ...(disabled ? [warning('webhook-disabled', sentence('webhook-disabled', { value: whom }))] : []),
      ...(dead > 0
        ? [warning('webhooks-given-up', sentence('webhooks-given-up', { value: whom, count: dead }))]
        : []),
    ];
  });

const setAside: Rule = ({ inbound: { setAside: count } }) =>
  count > 0
    ? [
        warning(
          'mail-set-aside',
          `Received mails that could not be handled and wait for a person: ${count} (tab Inbound).`,
        ),
      ]
    : [];

const unknown: Rule = ({ state: { counts } }) =>
  counts.unknown > 0
    ? [
        warning(
          'outcome-unknown',
          `Mails that may or may not have been sent, for a person to decide: ${counts.unknown}.`,
        ),
      ]
    : [];

const sandbox: Rule = ({ sandbox: isSandbox }) =>
  isSandbox
    ? [
        warning(
          'sandbox',
          'The Amazon SES account is in its sandbox: it mails only to verified addresses, 200 a day. Ask AWS for production access.',
        ),
      ]
    : [];

const rules = [
  storeTrouble,
  routeDown,
  signInNeeded,
  quotaUsedUp,
  paused,
  marketingPaused,
  reputationLow,
  dnsIncomplete,
  webhooksGivenUp,
  setAside,
  unknown,
  sandbox,
];

function bad(code: string, text: string): HealthRemark {
  return { level: 'bad', code, text };
}

function warning(code: string, text: string): HealthRemark {
  return { level: 'warning', code, text };
}

function sentence(...[code, detail]: [EmailError['code'], EmailError['detail']]): string {
  return new EmailError(code, { detail }).message;
}
