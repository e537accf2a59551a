/** An error that an AWS service named comes in; its code, a sentence, and whether to try again go out. Tables. Pure. */
import type { ErrorCode } from '../kernel/error-sentences.ts';
import { EmailError } from '../kernel/errors.ts';
import { isSending } from './sending-operations.ts';

export interface ServiceReport {
  /** AWS's name of the error, with or without `Exception` at its end. */
  readonly name: string;
  readonly message: string;
  /** HTTP status; 0 if not known. */
  readonly status: number;
}

export function serviceFailure(report: ServiceReport, deed: string): EmailError {
  const name = report.name.replace(/Exception$/, '');
  const why = keyReason(name, report);
  if (why !== undefined) return keysRefused(report, why);
  if (deniedNames.test(name)) return denied(report, deed);
  const rule = findRule(name, report, deed);
  const words = report.message.replace(likeToken, '…');
  const said = words.replace(/\.$/, '').slice(0, longestMessage) || name;
  const value = rule.code === 'ses-unverified' ? identitiesIn(said) : deed;
  const detail = { name: report.name, status: report.status, value, why: said, response: said };
  return new EmailError(rule.code, { detail, retryable: rule.retryable });
}

export function keysNotFound(name: string): EmailError {
  const why = 'there are none in the environment, the profile or the role of this machine';
  return new EmailError('aws-keys-refused', { detail: { name, why }, retryable: true });
}

const longestMessage = 500;
/** A session token: whoever stands between may repeat the request. No name in AWS is one word so long. */
const likeToken = /[\w+/=%-]{100,}/g;

/** What AWS says here quotes the request, its session token included: none of it is passed on. */
const keyReasons: readonly (readonly [RegExp, string])[] = [
  [
    /^(UnrecognizedClient|InvalidClientTokenId|InvalidAccessKeyId)$/,
    'the access key id is not known, or was made inactive',
  ],
  [
    /^(RequestTimeTooSkewed|RequestExpired|RequestInTheFuture)$/,
    'the clock of this machine is wrong; set it right',
  ],
  [/^(ExpiredToken|TokenRefreshRequired)$/, 'the session token has expired; enter fresh keys'],
  [/^InvalidToken$/, 'the session token does not belong to the keys'],
  [
    /^(InvalidSignature|SignatureDoesNotMatch|IncompleteSignature|InvalidSecurity|MissingAuthenticationToken)$/,
    'the secret access key does not fit the access key id',
  ],
  [/^(OptInRequired|NotSignedUp)$/, 'the account is not signed up for this service or region'],
];

function keyReason(name: string, { message }: ServiceReport): string | undefined {
  const found = keyReasons.find(([pattern]) => pattern.test(name))?.[1];
  if (found && /^(InvalidSignature|SignatureDoesNotMatch)$/.test(name) && aboutTime.test(message))
    return 'the clock of this machine is wrong; set it right';
  return found;
}

const aboutTime = /signature (expired|not yet current)|is now earlier than|is now later than/i;

function keysRefused({ name, status }: ServiceReport, why: string): EmailError {
  return new EmailError('aws-keys-refused', { detail: { name, status, why }, retryable: true });
}

const deniedNames = /^(\w*AccessDenied|AuthorizationError|NotAuthorized|UnauthorizedOperation)$/;
const action = /perform:? [`'"‘’]?([a-z0-9-]+:[A-Za-z]+)/;

/** AWS names the action that is missing; it may be another than the one called (`ses:SendRawEmail`, `sts:AssumeRole`). */
function denied({ name, status, message }: ServiceReport, deed: string): EmailError {
  const value = action.exec(message)?.[1] ?? deed;
  return new EmailError('aws-denied', { detail: { name, status, value }, retryable: true });
}

interface Rule {
  readonly code: ErrorCode;
  readonly retryable?: true;
}

type Table = readonly (readonly [RegExp, Rule])[];

/** What is said in words, whatever the error's name. */
const sendingWords: Table = [
  [/daily (message |sending )?quota exceeded/i, { code: 'daily-quota', retryable: true }],
  [/maximum sending rate exceeded|throttl/i, { code: 'throttled', retryable: true }],
  [/address(es)? (is|are) not verified|failed the check in region/i, { code: 'ses-unverified' }],
  [/configuration set .*(does not|doesn.t) exist/i, { code: 'ses-set-missing', retryable: true }],
];

const sendingNames: Table = [
  [/^MailFromDomainNotVerified$/, { code: 'ses-mail-from', retryable: true }],
  [/^FromEmailAddressNotVerified$/, { code: 'ses-unverified' }],
  [/SendingPaused$/, { code: 'ses-paused', retryable: true }],
  [/^AccountSuspended$/, { code: 'ses-suspended', retryable: true }],
  [/^(ConfigurationSetDoesNotExist|NotFound)$/, { code: 'ses-set-missing', retryable: true }],
  [/^LimitExceeded$/, { code: 'throttled', retryable: true }],
  [
    /^(Concurrent|Conflict|InternalService|InternalFailure|InternalError|ServiceUnavailable)/,
    { code: 'message-delayed', retryable: true },
  ],
  [
    /^(MessageRejected|BadRequest|Validation|Invalid|Malformed|RequestEntityTooLarge)/,
    { code: 'message-refused' },
  ],
];

const commonNames: Table = [
  [
    /^(TooManyRequests$|\w*Throttl|SlowDown$|RequestLimitExceeded$|OverLimit$)/,
    { code: 'throttled', retryable: true },
  ],
  [/^NoSuch|NotFound$|DoesNotExist|NonExistent|QueueDeletedRecently/, { code: 'aws-not-found' }],
  [/AlreadyExists|AlreadyOwned|QueueNameExists/, { code: 'aws-exists' }],
  [
    /^(Concurrent|Conflict|Internal|ServiceUnavailable|OperationAborted|RequestTimeout)/,
    { code: 'aws-trouble', retryable: true },
  ],
  [/LimitExceeded$|^TooMany/, { code: 'aws-limit' }],
];

function findRule(name: string, { message, status }: ServiceReport, deed: string): Rule {
  if (!isSending(deed)) return ruleFor(name, commonNames) ?? ruleByStatus(status);
  return (
    ruleFor(message, sendingWords) ??
    ruleFor(name, sendingNames) ??
    ruleFor(name, commonNames) ??
    sendingRuleByStatus(status)
  );
}

const statuses: Readonly<Record<number, Rule>> = {
  403: { code: 'aws-denied', retryable: true },
  404: { code: 'aws-not-found' },
  429: { code: 'throttled', retryable: true },
};

function ruleFor(text: string, table: Table): Rule | undefined {
  return table.find(([pattern]) => pattern.test(text))?.[1];
}

/** Answers to HEAD have no name in them. */
function ruleByStatus(status: number): Rule {
  const known = statuses[status];
  if (known) return known;
  return status >= 500 ? { code: 'aws-trouble', retryable: true } : { code: 'aws-refused' };
}

/** A gateway that gave up says nothing of what became of the mail behind it. */
function sendingRuleByStatus(status: number): Rule {
  if (status === 403 || status === 429) return ruleByStatus(status);
  if (status === 408 || status === 502 || status === 504) return { code: 'no-answer' };
  return status >= 500 ? { code: 'message-delayed', retryable: true } : { code: 'message-refused' };
}

/** `… failed the check in region EU-CENTRAL-1: joe@example.org, example.com` */
function identitiesIn(message: string): string {
  return /check in region [^:]+: (.+)$/s.exec(message)?.[1]?.trim() ?? message;
}
