/** What an OAuth provider, or the way to it, answered goes in; an EmailError without any secret comes out. Pure. */
import type { ErrorCode } from '../kernel/error-sentences.ts';
import { EmailError } from '../kernel/errors.ts';
import { isPlainRecord } from '../kernel/plain-record.ts';
import type { OAuthSettings } from '../settings/app-settings.ts';
import { lostSignIn, type Meaning, microsoftMeanings, oauthMeanings, usedCode } from './provider-answers.ts';

export interface OAuthQuestion extends Pick<OAuthSettings, 'provider' | 'grant'> {
  /** `sign-in`: a person is waiting for it; `renewal`: mails are. */
  readonly deed: 'sign-in' | 'renewal';
  /** Host of the provider. */
  readonly service: string;
  /** ms that our clock is ahead of the provider's; 0 if not known. */
  readonly offset: number;
  /** What must not be shown should the provider repeat it. */
  readonly secrets: readonly string[];
}

/** The part of an answer that may be looked at. */
export interface ProviderAnswer {
  readonly error?: unknown;
  readonly error_description?: unknown;
  readonly error_codes?: unknown;
}

/**
 * Nothing of `thrown` is passed on, not as a cause either: the library's errors hold the request with its secrets.
 * All are retryable but `sign-in-failed`, so that mail waits until the provider or the settings are mended.
 */
export function oauthFailure(thrown: unknown, question: OAuthQuestion): EmailError {
  if (thrown instanceof EmailError) return thrown;
  const { payload, status, code } = readThrown(thrown);
  if (isPlainRecord(payload) && typeof payload.error === 'string') return answeredFailure(payload, question);
  return failureOf(code === undefined ? unreadable(status) : unreached(code), question, {});
}

/** From the body of an error answer, or the query of the way back from the sign-in page (RFC 6749 4.1.2.1). */
export function answeredFailure(answer: ProviderAnswer, question: OAuthQuestion): EmailError {
  const error = /^[a-z_]{1,40}$/.exec(textOf(answer.error))?.[0] ?? 'unknown';
  const number = microsoftNumber(answer);
  const known = microsoftMeanings[number ?? 0] ?? oauthMeanings.get(error);
  const meaning = known ? inContext(known, { error, number }, question) : unknownMeaning(answer, question);
  return failureOf(meaning, question, number ? { error, number } : { error });
}

/** 15 minutes and more. */
export function isTooFar(offset: number): boolean {
  return Math.abs(offset) > 900_000;
}

export function minutesOff(offset: number): number {
  return Math.round(Math.abs(offset) / 60_000);
}

/**
 * What the library's error says, taken apart so that nothing else of it can get further: the status of an answer that
 * came whole, the code of a connection that failed, or neither when the library fell over what it was given.
 */
function readThrown(thrown: unknown): { payload?: unknown; status?: unknown; code?: string } {
  const { data, output, code, isBoom } = recordOf(thrown);
  const { payload, res, isResponseError } = recordOf(data);
  const { statusCode: status } = recordOf(res);
  const { statusCode: own } = recordOf(output);
  // refused; no JSON (406); too long (413); broken JSON
  if (isResponseError === true || own === 406 || own === 413 || payload !== undefined)
    return { payload, status };
  if (own === 504 || own === 408) return { code: 'ETIMEDOUT' };
  if (typeof code === 'string') return { code };
  return isBoom === true ? { code: 'ECONNRESET' } : {};
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

const unreachedReasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing answers there',
  ECONNRESET: 'it ended the connection',
  EAI_AGAIN: 'its name could not be looked up',
  ENOTFOUND: 'its name could not be looked up',
  EHOSTUNREACH: 'it cannot be reached',
  ENETUNREACH: 'there is no way to its network',
  ETIMEDOUT: 'it does not answer',
  CERT_HAS_EXPIRED: 'its certificate has expired, or this machine’s clock is wrong',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet, or this machine’s clock is wrong',
};

function unreached(code: string): Meaning {
  const name = /^[A-Z0-9_]{1,60}$/.test(code) ? code : 'unknown';
  return { remedy: 'passing', why: unreachedReasons[name] ?? `the connection failed (${name})` };
}

function unreadable(status: unknown): Meaning {
  if (Number(status) >= 500 || status === 429)
    return { remedy: 'passing', why: `it has trouble of its own (HTTP ${status})` };
  const which =
    status === undefined ? 'its answer, the client id or the secret' : `its answer (HTTP ${status})`;
  return { remedy: 'settings', why: `${which} is not what OAuth knows; check the token URL` };
}

/** From outside: an object's own toString must not be run. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function microsoftNumber({ error_codes, error_description }: ProviderAnswer): number | undefined {
  const [first] = Array.isArray(error_codes) ? error_codes : [];
  const text = /\bAADSTS(\d{4,8})\b/.exec(textOf(error_description))?.[1];
  const number = typeof first === 'number' ? first : Number(text);
  return Number.isSafeInteger(number) && number > 0 ? number : undefined;
}

function inContext(
  known: Meaning,
  { error, number }: { error: string; number: number | undefined },
  { deed, grant, provider }: OAuthQuestion,
): Meaning {
  const isPlainLoss = error === 'invalid_grant' && (number === undefined || !microsoftMeanings[number]);
  if (isPlainLoss && deed === 'sign-in') return { remedy: 'person', why: usedCode };
  // without a person there is nobody to sign in: what is refused is the client
  if (known.remedy === 'person' && grant === 'client-credentials') return { ...known, remedy: 'settings' };
  return isPlainLoss ? { ...known, why: lostSignIn[provider] } : known;
}

function unknownMeaning({ error, error_description }: ProviderAnswer, { secrets }: OAuthQuestion): Meaning {
  const [line = ''] = textOf(error_description).split(/[\r\n]/);
  const words = [textOf(error), line].filter(Boolean).join(': ');
  return { remedy: 'settings', why: `it says “${withoutSecrets(words, secrets)}”` };
}

/** Hides the secrets in whatever spelling, and every long word besides: a token we do not know of may be among them. */
function withoutSecrets(text: string, secrets: readonly string[]): string {
  const spellings = secrets.filter(Boolean).flatMap((secret) => {
    const bytes = Buffer.from(secret);
    return [
      secret,
      encodeURIComponent(secret.toWellFormed()),
      bytes.toString('base64'),
      bytes.toString('base64url'),
    ];
  });
  const hidden = spellings.reduce((rest, secret) => rest.replaceAll(secret, '…'), text);
  return hidden.replace(/\S{20,}/g, '…').slice(0, 150);
}

const codes: Readonly<Record<Meaning['remedy'], Readonly<Record<OAuthQuestion['deed'], ErrorCode>>>> = {
  person: { 'sign-in': 'sign-in-failed', renewal: 'sign-in-needed' },
  declined: { 'sign-in': 'sign-in-failed', renewal: 'sign-in-needed' },
  settings: { 'sign-in': 'oauth-refused', renewal: 'oauth-refused' },
  passing: { 'sign-in': 'oauth-failed', renewal: 'oauth-failed' },
};

function failureOf(
  { remedy, why }: Meaning,
  { deed, service, offset }: OAuthQuestion,
  facts: Readonly<Record<string, string | number>>,
): EmailError {
  const code = codes[remedy][deed];
  const minutes = minutesOff(offset);
  const clock = isTooFar(offset) ? `this machine’s clock is ${minutes} minutes wrong, set it right; ` : '';
  return new EmailError(code, {
    detail: { value: service, why: clock + why, ...facts },
    retryable: code !== 'sign-in-failed',
  });
}
