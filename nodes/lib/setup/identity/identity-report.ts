/** What SES said of a domain goes in; what the dialog shows of it, in words, comes out. Pure. */
import type { SesIdentity, SesState, TokenVerification } from '../ports/ses-ports.ts';
import type { IdentityReport } from '../setup-report.ts';

export interface IdentityFacts {
  readonly domain: string;
  readonly how: IdentityReport['how'];
  readonly identity?: SesIdentity;
  readonly token?: TokenVerification;
  readonly askedSince?: number;
  readonly now: number;
}

export function identityReport({
  domain,
  how,
  identity,
  token,
  askedSince,
  now,
}: IdentityFacts): IdentityReport {
  const state = identity?.state ?? 'NOT_STARTED';
  const dkim = identity?.dkim ?? { state: 'NOT_STARTED', signing: false, origin: 'AWS_SES' };
  return {
    domain,
    how,
    verified: identity?.verified ?? false,
    state,
    why: identity ? explainState(state, identity.errorType) : 'SES does not know this domain yet.',
    dkim: { state: dkim.state, signing: dkim.signing, origin: dkim.origin, why: explainState(dkim.state) },
    mailFrom: identity?.mailFrom && { ...identity.mailFrom, why: explainState(identity.mailFrom.state) },
    token: token && { state: token.state, why: explainState(token.state) },
    askedSince,
    expectation: identity && !identity.verified ? expectation(askedSince, now) : undefined,
  };
}

/** With the reason that SES gives for a failure (VerificationInfo.ErrorType). */
export function explainState(state: SesState, errorType?: string): string {
  const reason = errorType === undefined ? undefined : (reasons[errorType] ?? `SES says ${errorType}.`);
  return state === 'SUCCESS' || reason === undefined ? states[state] : `${states[state]} ${reason}`;
}

const states: Readonly<Record<SesState, string>> = {
  PENDING: 'SES is looking for the records.',
  SUCCESS: 'SES has found the records.',
  FAILED:
    'SES stopped looking after 72 hours. When the records are right, press “Generate verification records” again.',
  TEMPORARY_FAILURE: 'SES could not look just now, and will look again; nothing has to be done.',
  NOT_STARTED: 'SES was not asked to look yet.',
};

const reasons: Readonly<Record<string, string>> = {
  HOST_NOT_FOUND: 'It found nothing at the name: the record is missing, or its name is misspelled.',
  TYPE_NOT_FOUND: 'The name is there, but has no record of the right type.',
  INVALID_VALUE: 'The record is there, but has another value.',
  DNS_SERVER_ERROR: 'The domain’s DNS servers did not answer it.',
  SERVICE_ERROR: 'Something failed inside SES.',
  REPLICATION_ACCESS_DENIED: 'It may not read the identity in the other region whose DKIM keys are used.',
  REPLICATION_PRIMARY_NOT_FOUND: 'The identity in the other region whose DKIM keys are used does not exist.',
  REPLICATION_PRIMARY_BYO_DKIM_NOT_SUPPORTED:
    'The identity in the other region has an own key, which cannot be shared.',
  REPLICATION_PRIMARY_INVALID_REGION: 'DKIM keys cannot be shared from that region.',
  REPLICATION_REPLICA_AS_PRIMARY_NOT_SUPPORTED:
    'The identity in the other region takes its keys from a third one.',
};

const hour = 3_600_000;
const hoursUsual = 24;
const hoursAtMost = 72;

function expectation(askedSince: number | undefined, now: number): string {
  if (askedSince === undefined)
    return 'Usually minutes pass, up to 24 hours; SES looks for 72 hours and then gives up.';
  const hours = Math.floor((now - askedSince) / hour);
  if (hours < hoursUsual) return `${askedAgo(hours)}. Usually minutes pass, up to 24 hours.`;
  if (hours < hoursAtMost)
    return `${askedAgo(hours)}, longer than usual: compare the records. SES gives up after 72 hours.`;
  return `${askedAgo(hours)}; SES gives up after 72 hours. Correct the records and generate them again.`;
}

function askedAgo(hours: number): string {
  return hours === 0 ? 'Asked within the hour' : `Asked ${hours} h ago`;
}
