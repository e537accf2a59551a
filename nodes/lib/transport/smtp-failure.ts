/** From what the SMTP client reports, and how far the mail had come, to the EmailError that says what to do. Pure. */
import type { ErrorCode } from '../kernel/error-sentences.ts';
import { EmailError } from '../kernel/errors.ts';
import { readSmtpAnswer, type SmtpAnswer } from './smtp-answer.ts';

/** How far it had come: the session was being set up; a mail was under way; its last byte was written. */
export type SmtpStage = 'connect' | 'mail' | 'written';

/** What nodemailer's SMTPConnection puts on its errors; nothing here is certain to be there. */
export interface SmtpReport {
  readonly code?: unknown;
  /** Code of the system or TLS error below. */
  readonly originalCode?: unknown;
  /** `CONN`, `STARTTLS`, `EHLO`, `AUTH …`, `MAIL FROM`, `RCPT TO`, `DATA`, `API` */
  readonly command?: unknown;
  /** The server's answer, if it gave one. */
  readonly response?: unknown;
  readonly message?: unknown;
  /** Whom it is about, if it is one recipient. */
  readonly recipient?: string;
  /** One for each recipient, if all were refused. */
  readonly rejectedErrors?: readonly SmtpReport[];
}

/** `server` is the `host:port` that a person would recognise. */
export function smtpFailure(report: SmtpReport, stage: SmtpStage, server: string): EmailError {
  const answer = readSmtpAnswer(report.response);
  // who refuses with 2xx or 3xx answers something else: the session is out of step, and a mail written may be taken
  if (!answer || answer.smtp < 400) return unanswered(report, stage, server);
  return stage === 'connect' ? refusedSession(report, answer, server) : refusedMail(report, answer);
}

function unanswered(report: SmtpReport, stage: SmtpStage, server: string): EmailError {
  const code = connectCode(report);
  const detail = { value: code === 'dns-failed' ? hostOf(server) : server, why: plainReason(report) };
  const retryable = true;
  if (stage === 'written') return new EmailError('no-answer', { detail, cause: report });
  if (stage === 'mail') return new EmailError('connection-lost', { detail, retryable, cause: report });
  return new EmailError(code, {
    detail: { ...detail, response: detail.why },
    retryable,
    cause: report,
  });
}

function hostOf(server: string): string {
  return server.slice(0, server.lastIndexOf(':'));
}

/** `…:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number:…` and `connect ECONNREFUSED 127.0.0.1:25` */
const openSslError = /:error:[0-9A-F]+:[^:]*:[^:]*:([^:]+):/;
const systemError = /^(?:connect|read|write) ([A-Z]+)\b/;

const plainReasons: Readonly<Record<string, string>> = {
  'wrong version number': 'this port does not begin with TLS; choose STARTTLS or another port',
  ECONNREFUSED: 'nothing answers on this port',
  ECONNRESET: 'the server ended the connection',
  EHOSTUNREACH: 'the machine cannot be reached',
  ENETUNREACH: 'there is no way to its network',
  ETIMEDOUT: 'it does not answer',
};

/** What the system or OpenSSL says, in words that tell what to do where they are known. */
function plainReason({ message, code }: SmtpReport): string {
  const text = String(message ?? code ?? 'unknown').slice(0, 200);
  const reason = openSslError.exec(text)?.[1] ?? systemError.exec(text)?.[1] ?? text;
  return plainReasons[reason] ?? reason;
}

const tlsCodes =
  /^(ERR_TLS|ERR_SSL|CERT_|CRL_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|INVALID_|EPROTO)/;

function connectCode({ code, originalCode, command }: SmtpReport): ErrorCode {
  if (code === 'EDNS') return 'dns-failed';
  if (code === 'ETLS' || tlsCodes.test(String(originalCode))) return 'tls-failed';
  if (code === 'EAUTH' || String(command).startsWith('AUTH')) return 'auth-failed';
  return 'connect-failed';
}

/** The server answered before any mail: the route is not usable, whatever the mail. All of it may pass with time. */
function refusedSession(report: SmtpReport, answer: SmtpAnswer, server: string): EmailError {
  const detail = { ...answer, value: server, why: answer.response };
  return new EmailError(sessionCode(String(report.command), answer), { detail, retryable: true });
}

function sessionCode(command: string, answer: SmtpAnswer): ErrorCode {
  const temporary = answer.smtp < 500;
  if (command === 'STARTTLS') return temporary ? 'tls-failed' : 'starttls-missing';
  if (saysTooMuch(answer)) return 'throttled';
  if (!command.startsWith('AUTH') || temporary) return 'connect-failed';
  return needsTls(answer) ? 'tls-required' : 'auth-failed';
}

function refusedMail(report: SmtpReport, answer: SmtpAnswer): EmailError {
  const code = mailCode(String(report.command), answer);
  return new EmailError(code, { detail: { ...answer }, retryable: isTemporary(code, answer) });
}

/** These say "not now" or "not this sender's set-up", even where the server calls it permanent. */
const temporaryCodes = new Set<ErrorCode>([
  'sender-unauthenticated',
  'throttled',
  'auth-failed',
  'tls-required',
]);

function isTemporary(code: ErrorCode, { smtp }: SmtpAnswer): boolean {
  // 503 tells of the session's state, not of the mail: it can pass in a new session
  return temporaryCodes.has(code) || smtp < 500 || smtp === 503;
}

function mailCode(command: string, answer: SmtpAnswer): ErrorCode {
  if (isUnauthenticated(answer)) return 'sender-unauthenticated';
  if (isThrottling(answer)) return 'throttled';
  if (needsTls(answer)) return 'tls-required';
  if (needsLogin(answer)) return 'auth-failed';
  if (answer.smtp < 500 || answer.smtp === 503)
    return command === 'RCPT TO' ? 'recipient-delayed' : 'message-delayed';
  if (isAboutSender(command, answer)) return 'sender-refused';
  return command === 'RCPT TO' ? 'recipient-refused' : 'message-refused';
}

/**
 * SPF, DKIM or DMARC of the sending domain (RFC 7372 X.7.20 to 26; Gmail 26, 27, 30, 32; Microsoft 509, 515).
 * A mistake in DNS that bounces everything, and that is repaired in DNS: never the recipient's fault.
 */
function isUnauthenticated({ status }: SmtpAnswer): boolean {
  return /^[45]\.7\.(2[0-4]|26|27|30|32|509|515)$/.test(status);
}

const throttlingWords =
  /\b(throttl\w*|rate[ -]?limit\w*|unusual rate|too (many|much) (\w+ )?(mail|messages?|connections?|sessions?|concurrent)|too fast|slow down|server busy|(daily|hourly) [\w ]*(quota|limit)|(sending|send|thread) (rate|limit) exceeded)/i;

/** A mail that meets 421 or 454 (SES), 429 or 432 (Microsoft 365) came too early. */
function isThrottling(answer: SmtpAnswer): boolean {
  return [421, 429, 432, 454].includes(answer.smtp) || saysTooMuch(answer);
}

/** 4.7.28 (Gmail), 4.7.650 (Outlook), 5.4.5 (Gmail's daily limit, which ends tomorrow), and the words of the others. */
function saysTooMuch({ smtp, status, response }: SmtpAnswer): boolean {
  if (status === '5.4.5' || status === '4.7.28' || status === '4.7.650') return true;
  return smtp < 500 && throttlingWords.test(response);
}

/** 530 of a server that wants STARTTLS first (RFC 3207), 538 before AUTH (RFC 4954), X.7.10 and X.7.11. */
function needsTls({ smtp, status, response }: SmtpAnswer): boolean {
  if (smtp === 538 || /^5\.7\.1[01]$/.test(status)) return true;
  return smtp === 530 && /starttls|tls|encrypt/i.test(response);
}

/** RFC 4954; 5.7.57 is what Microsoft 365 says to a client that did not sign in. */
function needsLogin({ smtp, status }: SmtpAnswer): boolean {
  return smtp === 530 || smtp === 534 || smtp === 535 || status === '5.7.57';
}

/** Bad sender (X.1.7, X.1.8), Microsoft's "send as" (5.7.60, 5.2.252), Exim's and SES's words for it. */
function isAboutSender(command: string, { smtp, status, response }: SmtpAnswer): boolean {
  if (/^5\.(1\.[78]|7\.60|2\.252)$/.test(status)) return true;
  if (/sender (address )?(rejected|verify failed)|SendAsDenied|address is not verified/i.test(response))
    return true;
  const aboutSize = smtp === 552 || /^5\.(3\.4|2\.3)$/.test(status);
  return command === 'MAIL FROM' && !aboutSize;
}
