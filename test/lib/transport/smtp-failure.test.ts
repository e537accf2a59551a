import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import { type SmtpStage, smtpFailure } from '../../../nodes/lib/transport/smtp-failure.ts';

type Row = [from: string, command: string, response: string, code: string, retryable: boolean];

/** Answers of real servers, as their operators document or users quote them. */
const answersToMails: Row[] = [
  [
    'Gmail',
    'RCPT TO',
    "550-5.1.1 The email account that you tried to reach does not exist. Please try\r\n550 5.1.1 double-checking the recipient's email address",
    'recipient-refused',
    false,
  ],
  [
    'Gmail',
    'DATA',
    '550-5.7.26 This mail has been blocked because the sender is unauthenticated.\r\n550-5.7.26 Gmail requires all senders to authenticate with either SPF or DKIM.\r\n550 5.7.26 x-gsmtp',
    'sender-unauthenticated',
    true,
  ],
  [
    'Gmail',
    'DATA',
    '421-4.7.28 Gmail has detected an unusual rate of unsolicited mail originating\r\n421 4.7.28 from your IP address. gsmtp',
    'throttled',
    true,
  ],
  [
    'Gmail',
    'DATA',
    '550-5.4.5 Daily user sending limit exceeded. For more information on Gmail\r\n550 5.4.5 sending limits go to https://support.google.com - gsmtp',
    'throttled',
    true,
  ],
  [
    'Gmail',
    'RCPT TO',
    '450-4.2.1 The user you are trying to contact is receiving mail at a rate that\r\n450 4.2.1 prevents additional messages from being delivered.',
    'recipient-delayed',
    true,
  ],
  [
    'Gmail',
    'RCPT TO',
    "452-4.2.2 The recipient's inbox is out of storage space.\r\n452 4.2.2 gsmtp",
    'recipient-delayed',
    true,
  ],
  [
    'Gmail',
    'DATA',
    "552-5.2.3 Your message exceeded Google's message size limits.\r\n552 5.2.3 gsmtp",
    'message-refused',
    false,
  ],
  [
    'Gmail',
    'DATA',
    '552-5.7.0 This message was blocked because its content presents a potential\r\n552 5.7.0 security issue. gsmtp',
    'message-refused',
    false,
  ],
  [
    'Gmail',
    'MAIL FROM',
    '530-5.7.0 Authentication Required. For more information, go to\r\n530 5.7.0 gsmtp',
    'auth-failed',
    true,
  ],
  ['Gmail', 'MAIL FROM', '530 5.7.0 Must issue a STARTTLS command first. gsmtp', 'tls-required', true],
  [
    'Gmail',
    'MAIL FROM',
    '421 4.3.0 Temporary System Problem. Try again later (10). gsmtp',
    'throttled',
    true,
  ],
  [
    'Microsoft 365',
    'DATA',
    '550 5.7.515 Access denied, sending domain example.com does not meet the required authentication level.',
    'sender-unauthenticated',
    true,
  ],
  [
    'Microsoft 365',
    'DATA',
    '550 5.7.509 Access denied, sending domain example.com does not pass DMARC verification',
    'sender-unauthenticated',
    true,
  ],
  [
    'Microsoft 365',
    'RCPT TO',
    '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup',
    'recipient-refused',
    false,
  ],
  [
    'Microsoft 365',
    'DATA',
    '550 5.7.60 SMTP; Client does not have permissions to send as this sender',
    'sender-refused',
    false,
  ],
  [
    'Microsoft 365',
    'DATA',
    '554 5.2.252 SendAsDenied; joe@example.com not allowed to send as ann@example.com',
    'sender-refused',
    false,
  ],
  [
    'Microsoft 365',
    'MAIL FROM',
    '530 5.7.57 Client not authenticated to send mail. [AM0PR01]',
    'auth-failed',
    true,
  ],
  [
    'Microsoft 365',
    'DATA',
    '432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded',
    'throttled',
    true,
  ],
  [
    'Microsoft 365',
    'MAIL FROM',
    '451 4.7.500 Server busy. Please try again later from [192.0.2.1].',
    'throttled',
    true,
  ],
  [
    'Outlook',
    'MAIL FROM',
    '451 4.7.650 The mail server [192.0.2.1] has been temporarily rate limited due to IP reputation.',
    'throttled',
    true,
  ],
  [
    'Outlook',
    'MAIL FROM',
    "550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. Part of their network is on our block list",
    'sender-refused',
    false,
  ],
  ['SES', 'DATA', '454 Throttling failure: Maximum sending rate exceeded.', 'throttled', true],
  ['SES', 'DATA', '454 Throttling failure: Daily message quota exceeded.', 'throttled', true],
  [
    'SES',
    'DATA',
    '554 Message rejected: Email address is not verified. The following identities failed the check in region EU-WEST-1: joe@example.com',
    'sender-refused',
    false,
  ],
  ['SES', 'MAIL FROM', '530 Authentication required', 'auth-failed', true],
  ['SES', 'MAIL FROM', '530 Must issue a STARTTLS command first', 'tls-required', true],
  ['SES', 'DATA', '451 Timeout waiting for data from client.', 'message-delayed', true],
  ['SES', 'MAIL FROM', '501 Invalid MAIL FROM address provided', 'sender-refused', false],
  ['SES', 'DATA', '552 Message is too long.', 'message-refused', false],
  [
    'Postfix',
    'RCPT TO',
    '550 5.1.1 <gone@example.org>: Recipient address rejected: User unknown in local recipient table',
    'recipient-refused',
    false,
  ],
  ['Postfix', 'RCPT TO', '554 5.7.1 <joe@example.org>: Relay access denied', 'recipient-refused', false],
  [
    'Postfix',
    'RCPT TO',
    '554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org',
    'recipient-refused',
    false,
  ],
  [
    'Postfix',
    'RCPT TO',
    '450 4.2.0 <joe@example.org>: Recipient address rejected: Greylisted, see http://postgrey.schweikert.ch/help/example.org.html',
    'recipient-delayed',
    true,
  ],
  [
    'Postfix',
    'RCPT TO',
    '450 4.1.8 <app@example.com>: Sender address rejected: Domain not found',
    'recipient-delayed',
    true,
  ],
  [
    'Postfix',
    'RCPT TO',
    '553 5.7.1 <app@example.com>: Sender address rejected: not owned by user joe',
    'sender-refused',
    false,
  ],
  ['Postfix', 'RCPT TO', '452 4.5.3 Error: too many recipients', 'recipient-delayed', true],
  ['Postfix', 'MAIL FROM', '452 4.3.1 Insufficient system storage', 'message-delayed', true],
  ['Postfix', 'MAIL FROM', '552 5.3.4 Message size exceeds fixed limit', 'message-refused', false],
  ['Postfix', 'RCPT TO', '450 4.7.1 Error: too much mail from 192.0.2.1', 'throttled', true],
  ['Postfix', 'CONN', '421 4.7.0 mail.example.org Error: too many errors', 'throttled', true],
  ['Postfix', 'MAIL FROM', '503 5.5.1 Error: nested MAIL command', 'message-delayed', true],
  ['Exim', 'RCPT TO', '550 Unrouteable address', 'recipient-refused', false],
  ['Exim', 'RCPT TO', '451 Temporary local problem - please try later', 'recipient-delayed', true],
  ['Exim', 'RCPT TO', '550 Sender verify failed', 'sender-refused', false],
  ['Exim', 'RCPT TO', '550 relay not permitted', 'recipient-refused', false],
  ['rspamd', 'DATA', '451 4.7.1 Greylisting in action, please come back later', 'message-delayed', true],
  ['rspamd', 'DATA', '554 5.7.1 Spam message rejected', 'message-refused', false],
  ['RFC 7372', 'DATA', '550 5.7.20 No passing DKIM signature found', 'sender-unauthenticated', true],
  [
    'RFC 4954',
    'MAIL FROM',
    '538 5.7.11 Encryption required for requested authentication mechanism',
    'tls-required',
    true,
  ],
];

const answersToSessions: Row[] = [
  [
    'Gmail',
    'AUTH PLAIN',
    '535-5.7.8 Username and Password not accepted.\r\n535 5.7.8 https://support.google.com/mail/?p=BadCredentials gsmtp',
    'auth-failed',
    true,
  ],
  [
    'Gmail',
    'AUTH PLAIN',
    '534-5.7.9 Application-specific password required.\r\n534 5.7.9 gsmtp',
    'auth-failed',
    true,
  ],
  [
    'Gmail',
    'AUTH PLAIN',
    '454 4.7.0 Too many login attempts, please try again later. gsmtp',
    'connect-failed',
    true,
  ],
  [
    'Microsoft 365',
    'AUTH LOGIN',
    '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.',
    'auth-failed',
    true,
  ],
  [
    'Microsoft 365',
    'AUTH LOGIN',
    '421 4.3.2 The maximum number of concurrent connections has exceeded a limit, closing transmission channel',
    'connect-failed',
    true,
  ],
  ['SES', 'AUTH PLAIN', '535 Authentication Credentials Invalid', 'auth-failed', true],
  ['SES', 'AUTH PLAIN', '454 Temporary authentication failure', 'connect-failed', true],
  ['SES', 'CONN', '421 Too many concurrent SMTP connections', 'throttled', true],
  ['Exim', 'CONN', '421 Too many concurrent SMTP connections; please try again later.', 'throttled', true],
  [
    'Postfix',
    'CONN',
    '421 4.3.2 Service not available, closing transmission channel',
    'connect-failed',
    true,
  ],
  ['Postfix', 'CONN', '554 5.7.1 Service unavailable; client blocked', 'connect-failed', true],
  ['Postfix', 'STARTTLS', '502 5.5.1 Error: command not implemented', 'starttls-missing', true],
  ['Postfix', 'STARTTLS', '454 4.7.0 TLS not available due to local problem', 'tls-failed', true],
  [
    'Dovecot',
    'AUTH PLAIN',
    '538 5.7.11 Encryption required for requested authentication mechanism',
    'tls-required',
    true,
  ],
];

describe('smtpFailure', () => {
  function check([from, command, response, code, retryable]: Row, stage: SmtpStage): void {
    it(`takes “${response.slice(0, 60).replace(/\r\n/g, ' ')}” of ${from} to ${command} as ${code}`, () => {
      const failure = smtpFailure({ command, response, message: 'x' }, stage, 'mail.test:25');
      assert.deepEqual([failure.code, failure.retryable], [code, retryable]);
      assert.equal(failure.detail.smtp, Number(response.slice(0, 3)));
      assert.doesNotMatch(failure.message, /__| \?[ .:]/);
    });
  }

  describe('of a mail', () => {
    for (const row of answersToMails) check(row, 'mail');
  });

  describe('of a session', () => {
    for (const row of answersToSessions) check(row, 'connect');
  });

  describe('without an answer', () => {
    const rows: [report: Record<string, string>, stage: SmtpStage, code: string, retryable: boolean][] = [
      [{ code: 'EDNS', message: 'getaddrinfo ENOTFOUND' }, 'connect', 'dns-failed', true],
      [{ code: 'ESOCKET', originalCode: 'ECONNREFUSED', command: 'CONN' }, 'connect', 'connect-failed', true],
      [{ code: 'ETIMEDOUT', message: 'Greeting never received' }, 'connect', 'connect-failed', true],
      [{ code: 'ESOCKET', originalCode: 'CERT_HAS_EXPIRED' }, 'connect', 'tls-failed', true],
      [{ code: 'ESOCKET', originalCode: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'connect', 'tls-failed', true],
      [{ code: 'ESOCKET', originalCode: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }, 'connect', 'tls-failed', true],
      [{ code: 'ETLS', message: 'TLS handshake timed out' }, 'connect', 'tls-failed', true],
      [{ code: 'EAUTH', command: 'API', message: 'Missing credentials' }, 'connect', 'auth-failed', true],
      [{ code: 'ECONNECTION', command: 'CONN' }, 'mail', 'connection-lost', true],
      [{ code: 'ETIMEDOUT', command: 'CONN' }, 'mail', 'connection-lost', true],
      [{ code: 'ECONNECTION', command: 'CONN' }, 'written', 'no-answer', false],
      [{ code: 'ETIMEDOUT', command: 'CONN' }, 'written', 'no-answer', false],
      // the answer to an earlier command: what became of this one, nobody said
      [{ code: 'EENVELOPE', command: 'RCPT TO', response: '354 Go on' }, 'mail', 'connection-lost', true],
      [{ code: 'EMESSAGE', command: 'DATA', response: '354 Go on' }, 'written', 'no-answer', false],
    ];
    for (const [report, stage, code, retryable] of rows)
      it(`takes ${report.originalCode ?? report.code} at ${stage} as ${code}`, () => {
        const failure = smtpFailure(report, stage, 'mail.test:25');
        assert.deepEqual([failure.code, failure.retryable], [code, retryable]);
        assert.doesNotMatch(failure.message, /__| \?[ .:]/);
      });
  });

  it('keeps the status, the code and the words of an answer of several lines', () => {
    const response =
      '550-5.7.26 This mail has been blocked\r\n550-5.7.26 because of DMARC.\r\n550 5.7.26 gsmtp';
    const { detail } = smtpFailure({ command: 'DATA', response }, 'written', 'mail.test:25');
    assert.deepEqual(detail, {
      smtp: 550,
      status: '5.7.26',
      response: '550 5.7.26 This mail has been blocked because of DMARC. gsmtp',
    });
  });

  it('makes an EmailError of bounded length of whatever a server says', () => {
    const stages = fc.constantFrom<SmtpStage>('connect', 'mail', 'written');
    const commands = fc.constantFrom('CONN', 'STARTTLS', 'AUTH PLAIN', 'MAIL FROM', 'RCPT TO', 'DATA');
    const hostile = fc.oneof(
      fc.string({ maxLength: 3000 }),
      fc.string({ maxLength: 3000 }).map((text) => `550 ${text}`),
    );
    fc.assert(
      fc.property(stages, commands, hostile, (stage, command, response) => {
        const failure = smtpFailure({ command, response, message: response }, stage, 'mail.test:25');
        assert.ok(failure instanceof EmailError);
        assert.ok(String(failure.detail.response ?? '').length <= 500);
        assert.doesNotMatch(failure.message, /\p{Cc}/u);
      }),
    );
  });
});
