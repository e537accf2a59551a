/** What PostgreSQL, or the way to it, fails with comes in; an EmailError that says what to do, and holds no data, goes out. */
import type { ErrorCode } from '../kernel/error-sentences.ts';
import { asEmailError, EmailError } from '../kernel/errors.ts';

interface Outcome {
  readonly why: string;
  readonly code?: ErrorCode;
  /** True unless somebody has to change something first. */
  readonly retryable?: boolean;
}

const notMended = (why: string): Outcome => ({ why, retryable: false });

/** By SQLSTATE, or its first two characters, https://www.postgresql.org/docs/current/errcodes-appendix.html */
const bySqlState: Readonly<Record<string, Outcome>> = {
  '28P01': notMended('the server does not accept the user name or the password'),
  '28000': notMended(
    'the server does not let this user in from here, or not without TLS (its file pg_hba.conf)',
  ),
  '3D000': notMended('the server has no database of this name; create it first'),
  '42501': notMended(
    'the user may not do what is needed there: let it create the schema email_app, or own it',
  ),
  '25006': { why: 'it can only be read (a replica?)' },
  '53100': { why: '', code: 'disk-full' },
  '53300': { why: 'the server has no connection left (its setting max_connections)' },
  '55P03': { why: 'somebody else has kept a table locked for too long' },
  '57014': { why: 'an answer took too long' },
  '57P03': { why: 'the server is starting up or shutting down' },
  XX001: { why: 'PostgreSQL found damaged data (XX001)', code: 'store-corrupt', retryable: false },
  XX002: { why: 'PostgreSQL found a damaged index (XX002)', code: 'store-corrupt', retryable: false },
  '08': { why: 'the connection was lost' },
  '28': notMended('the server does not let this user in'),
  '40': { why: 'too many changed the same at once' },
  '53': { why: 'the server has too little memory or room' },
  '57': { why: 'the server ended the connection' },
  '58': { why: 'the server’s machine reported an error' },
};

/** Of the network, of TLS (https://nodejs.org/api/tls.html#x509-certificate-error-codes). */
const bySystemCode: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing answers there',
  ENOTFOUND: 'the server’s name is not known',
  EAI_AGAIN: 'the server’s name could not be looked up',
  EHOSTUNREACH: 'the server cannot be reached',
  ENETUNREACH: 'the server cannot be reached',
  ETIMEDOUT: 'the server does not answer',
  ECONNRESET: 'the connection was lost',
  EPIPE: 'the connection was lost',
};

/** Of the client itself, which gives its errors no codes. */
const byWords: readonly (readonly [RegExp, Outcome])[] = [
  [/^Query read timeout/, { why: 'the server does not answer' }],
  [/timeout/i, { why: 'no connection within the time for it' }],
  [/does not support SSL/, notMended('the server does not offer TLS')],
  [/SASL|SCRAM|password/i, notMended('the server does not accept the user name or the password')],
  [/terminated|closed|not queryable|connection/i, { why: 'the connection was lost' }],
];

/** `name` is the database's, as people know it. */
export function postgresFailure(thrown: unknown, name: string): EmailError {
  if (thrown instanceof EmailError || !(thrown instanceof Error)) return asEmailError(thrown);
  const outcome = outcomeOf(thrown);
  if (!outcome) return mistakeOfOurs(thrown);
  const { code = 'store-unavailable', why, retryable = true } = outcome;
  return new EmailError(code, { detail: { value: name, why }, retryable });
}

/** PostgreSQL took everything back, and asks to do it again: serialization_failure, deadlock_detected. */
export function isToBeDoneAgain(thrown: unknown): boolean {
  return thrown instanceof Error && ['40001', '40P01'].includes(codeOf(thrown));
}

function codeOf(thrown: Error): string {
  return String((thrown as { code?: unknown }).code ?? '');
}

function outcomeOf(thrown: Error): Outcome | undefined {
  const code = codeOf(thrown);
  if ('severity' in thrown) return bySqlState[code] ?? bySqlState[code.slice(0, 2)];
  const known = bySystemCode[code];
  if (known) return { why: known };
  if (/CERT|TLS|SSL/.test(code)) return notMended(`its TLS certificate is not accepted (${code})`);
  if (code !== '') return { why: code };
  return byWords.find(([words]) => words.test(thrown.message))?.[1];
}

/** What PostgreSQL says of a wrong statement (class 42) names tables only; anything else might quote what they hold. */
function mistakeOfOurs(thrown: Error): EmailError {
  const { table, constraint } = thrown as { table?: string; constraint?: string };
  const code = codeOf(thrown);
  const isOfStatement = !('severity' in thrown) || code.startsWith('42');
  const where = [table, constraint].filter(Boolean).join(', ');
  const why = isOfStatement
    ? thrown.message
    : `PostgreSQL refused a statement (${code}${where && `: ${where}`})`;
  return new EmailError('internal-error', { detail: { why } });
}
