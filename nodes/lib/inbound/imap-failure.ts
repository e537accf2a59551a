/** From what the IMAP client throws to the EmailError that says what to do. Pure. */
import { EmailError } from '../kernel/errors.ts';
import type { ImapSettings } from '../settings/inbound-settings.ts';
import { smtpFailure } from '../transport/smtp-failure.ts';

/** What the client puts on its errors; nothing here is certain to be there. */
interface ImapReport {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly authenticationFailed?: unknown;
  readonly tlsFailed?: unknown;
  readonly mailboxMissing?: unknown;
  readonly responseText?: unknown;
  readonly response?: unknown;
}

/** All of it may pass with time. `secret` does not get into what is said. */
export function imapFailure(thrown: unknown, settings: ImapSettings, secret?: string): EmailError {
  if (thrown instanceof EmailError) return thrown;
  const report = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as ImapReport;
  const said = saidBy(report, secret);
  const retryable = true;
  if (report.authenticationFailed === true)
    return new EmailError('auth-failed', { detail: { response: said }, retryable });
  if (report.mailboxMissing === true)
    return new EmailError('imap-folder', { detail: { value: settings.folder, why: said }, retryable });
  const code = codeOf(report);
  const server = `${settings.host}:${settings.port}`;
  return smtpFailure({ code, originalCode: report.code, message: said }, 'connect', server);
}

/** The names that the reader of such reports knows. */
function codeOf({ code, tlsFailed }: ImapReport): unknown {
  if (tlsFailed === true) return 'ETLS';
  return code === 'ENOTFOUND' || code === 'EAI_AGAIN' ? 'EDNS' : code;
}

function saidBy({ responseText, response, message }: ImapReport, secret?: string): string {
  const text = [responseText, response, message].find((one) => typeof one === 'string' && one !== '');
  // Dovecot adds how long it took; our sentences end by themselves
  const said = String(text ?? 'unknown')
    .slice(0, 300)
    .replace(/( \([\d.+ ]+ secs\))?[.\s]*$/, '');
  return secret ? said.replaceAll(secret, '…') : said;
}
