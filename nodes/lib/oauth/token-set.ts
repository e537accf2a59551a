/** What a provider's token endpoint answers goes in, the tokens as this package keeps them come out (RFC 6749 5.1). */

import { EmailError } from '../kernel/errors.ts';
import { parseJson } from '../kernel/parse-json.ts';
import { isPlainRecord } from '../kernel/plain-record.ts';

export interface TokenSet {
  readonly accessToken: string;
  /** Absent when the provider gave none: it keeps the one before, or has none at all. */
  readonly refreshToken?: string;
  /** Who signed in, as the provider's id token says. */
  readonly account?: string;
  /** ms since the epoch */
  readonly receivedAt: number;
  readonly validUntil: number;
}

/** Who is asked for tokens; what it throws is `oauth-failed`, `oauth-refused` or `sign-in-needed`. */
export interface TokenProvider {
  renew(refreshToken: string): Promise<TokenSet>;
  clientCredentials(): Promise<TokenSet>;
}

export interface AnswerTerms {
  /** ms since the epoch */
  readonly now: number;
  /** Seconds that a token holds when the answer does not say. */
  readonly validity: number;
  /** Host of the provider, for the error. */
  readonly service: string;
}

/** Seconds. */
const longestLife = 10 * 365 * 86_400;
/** A token that held no longer would be asked for all the time. */
const shortestLife = 10;
/** VSCHAR (RFC 6749 A.12): nothing that could break out of the SASL line it is put into. */
const tokenText = /^[\x20-\x7e]+$/;

/** Throws EmailError `oauth-refused` when there is no bearer token in it. */
export function readTokens(answer: unknown, { now, validity, service }: AnswerTerms): TokenSet {
  const { access_token, refresh_token, token_type, expires_in, id_token } = isPlainRecord(answer)
    ? answer
    : {};
  if (!isToken(access_token) || !/^bearer$/i.test(String(token_type ?? 'bearer')))
    throw new EmailError('oauth-refused', {
      detail: { value: service, why: 'its answer holds no bearer token; check the token URL' },
      retryable: true,
    });
  const seconds = Number(expires_in) > 0 ? within(Number(expires_in)) : validity;
  return {
    accessToken: access_token,
    refreshToken: isToken(refresh_token) ? refresh_token : undefined,
    account: accountIn(id_token),
    receivedAt: now,
    validUntil: now + seconds * 1000,
  };
}

function within(seconds: number): number {
  return Math.min(Math.max(seconds, shortestLife), longestLife);
}

/** What a renewal did not give anew goes on, unless somebody else signed in. */
export function continueTokens(fresh: TokenSet, before: TokenSet | undefined): TokenSet {
  const { account = fresh.account, refreshToken } = before ?? {};
  if (fresh.account !== undefined && fresh.account !== account) return fresh;
  return { ...fresh, account, refreshToken: fresh.refreshToken ?? refreshToken };
}

function isToken(value: unknown): value is string {
  return typeof value === 'string' && tokenText.test(value);
}

/**
 * The account for people to see, never to decide by: an id token that comes straight from the token endpoint over TLS
 * needs no check of its signature (OpenID Connect Core 3.1.3.7, item 6).
 */
function accountIn(idToken: unknown): string | undefined {
  const [, claims = ''] = typeof idToken === 'string' ? idToken.split('.') : [];
  const parsed = parseJson(Buffer.from(claims, 'base64url').toString());
  const { email, preferred_username, upn } = isPlainRecord(parsed) ? parsed : {};
  const account = email ?? preferred_username ?? upn;
  return typeof account === 'string' && /^[^\p{Cc}\p{Cf}]{1,254}$/u.test(account) ? account : undefined;
}
