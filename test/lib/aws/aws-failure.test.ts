import assert from 'node:assert/strict';
import { awsFailure } from '../../../nodes/lib/aws/aws-failure.ts';
import { Unanswered } from '../../../nodes/lib/aws/unanswered.ts';
import type { ErrorCode } from '../../../nodes/lib/kernel/error-sentences.ts';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';

function fromService(name: string, message = 'words of AWS', httpStatusCode = 400): Error {
  return Object.assign(new Error(message), { name, $fault: 'client', $metadata: { httpStatusCode } });
}

type Row = readonly [name: string, message: string, code: ErrorCode, retryable: boolean];

const sending: readonly Row[] = [
  [
    'MessageRejected',
    'Email address is not verified. The following identities failed the check in region EU-WEST-1: a@b.c',
    'ses-unverified',
    false,
  ],
  ['MessageRejected', 'Illegal header', 'message-refused', false],
  ['BadRequestException', 'Message length is more than 41943040 bytes long', 'message-refused', false],
  ['FromEmailAddressNotVerifiedException', 'x', 'ses-unverified', false],
  ['MailFromDomainNotVerifiedException', 'x', 'ses-mail-from', true],
  ['AccountSuspendedException', 'x', 'ses-suspended', true],
  ['SendingPausedException', 'x', 'ses-paused', true],
  ['AccountSendingPausedException', 'x', 'ses-paused', true],
  ['ConfigurationSetSendingPausedException', 'x', 'ses-paused', true],
  ['NotFoundException', 'Configuration set <shop> does not exist.', 'ses-set-missing', true],
  ['BadRequestException', 'Configuration set <shop> does not exist.', 'ses-set-missing', true],
  ['TooManyRequestsException', 'x', 'throttled', true],
  ['ThrottlingException', 'Maximum sending rate exceeded.', 'throttled', true],
  ['LimitExceededException', 'Maximum sending rate exceeded.', 'throttled', true],
  ['TooManyRequestsException', 'Daily message quota exceeded.', 'daily-quota', true],
  ['LimitExceededException', 'Daily message quota exceeded', 'daily-quota', true],
  ['InternalServiceErrorException', 'x', 'message-delayed', true],
  ['ConcurrentModificationException', 'x', 'message-delayed', true],
  ['ConflictException', 'x', 'message-delayed', true],
];

const others: readonly Row[] = [
  ['TooManyRequestsException', 'x', 'throttled', true],
  ['Throttling', 'Rate exceeded', 'throttled', true],
  ['ThrottlingException', 'Rate exceeded', 'throttled', true],
  ['RequestThrottled', 'x', 'throttled', true],
  ['SlowDown', 'x', 'throttled', true],
  ['NotFoundException', 'x', 'aws-not-found', false],
  ['NoSuchBucket', 'x', 'aws-not-found', false],
  ['RuleSetDoesNotExistException', 'x', 'aws-not-found', false],
  ['QueueDoesNotExist', 'x', 'aws-not-found', false],
  ['AWS.SimpleQueueService.NonExistentQueue', 'x', 'aws-not-found', false],
  ['AlreadyExistsException', 'x', 'aws-exists', false],
  ['BucketAlreadyOwnedByYou', 'x', 'aws-exists', false],
  ['QueueNameExists', 'x', 'aws-exists', false],
  ['LimitExceededException', 'x', 'aws-limit', false],
  ['TooManyTagsException', 'x', 'aws-limit', false],
  ['ConcurrentModificationException', 'x', 'aws-trouble', true],
  ['InternalErrorException', 'x', 'aws-trouble', true],
  ['InvalidParameterValueException', 'x', 'aws-refused', false],
  ['BadRequestException', 'x', 'aws-refused', false],
];

const denied = 'User: arn:aws:iam::1:user/a is not authorized to perform: ses:SendRawEmail on resource: x';
const everywhere: readonly Row[] = [
  [
    'UnrecognizedClientException',
    'The security token included in the request is invalid.',
    'aws-keys-refused',
    true,
  ],
  ['InvalidClientTokenId', 'x', 'aws-keys-refused', true],
  ['InvalidAccessKeyId', 'x', 'aws-keys-refused', true],
  ['InvalidSignatureException', 'x', 'aws-keys-refused', true],
  ['SignatureDoesNotMatch', 'x', 'aws-keys-refused', true],
  ['RequestTimeTooSkewed', 'x', 'aws-keys-refused', true],
  ['ExpiredToken', 'x', 'aws-keys-refused', true],
  ['ExpiredTokenException', 'x', 'aws-keys-refused', true],
  ['AccessDeniedException', denied, 'aws-denied', true],
  ['AccessDenied', denied, 'aws-denied', true],
  ['AuthorizationErrorException', denied, 'aws-denied', true],
];

describe('awsFailure', () => {
  const tables = {
    'ses:SendEmail': [...sending, ...everywhere],
    'sns:CreateTopic': [...others, ...everywhere],
  };
  for (const [deed, rows] of Object.entries(tables))
    for (const [name, message, code, retryable] of rows)
      it(`reads ${name} of ${deed} (${message.slice(0, 30)}) as ${code}`, () => {
        const failure = awsFailure(fromService(name, message), deed);
        assert.deepEqual([failure.code, failure.retryable], [code, retryable]);
        assert.equal(failure.detail.name, name);
        assert.doesNotMatch(failure.message, /__|\?\./);
      });

  const byStatus: readonly (readonly [number, string, ErrorCode])[] = [
    [429, 'ses:SendEmail', 'throttled'],
    [400, 'ses:SendEmail', 'message-refused'],
    [500, 'ses:SendEmail', 'message-delayed'],
    [503, 'ses:SendEmail', 'message-delayed'],
    [502, 'ses:SendEmail', 'no-answer'],
    [504, 'ses:SendBulkEmail', 'no-answer'],
    [408, 'ses:SendEmail', 'no-answer'],
    [403, 'ses:SendEmail', 'aws-denied'],
    [403, 's3:HeadBucket', 'aws-denied'],
    [404, 's3:HeadBucket', 'aws-not-found'],
    [504, 'ses:GetAccount', 'aws-trouble'],
    [400, 'ses:GetAccount', 'aws-refused'],
  ];
  for (const [status, deed, code] of byStatus)
    it(`goes by the status ${status} of ${deed} where the name is new`, () => {
      assert.equal(awsFailure(fromService('Novelty', 'x', status), deed).code, code);
    });

  it('names the action that is missing, which may be another than the one called', () => {
    const failure = awsFailure(fromService('AccessDeniedException', denied), 'ses:SendEmail');
    assert.match(failure.message, /no right to ses:SendRawEmail/);
    assert.match(awsFailure(fromService('AccessDenied', 'no'), 's3:GetObject').message, /s3:GetObject/);
  });

  it('says that the clock is wrong', () => {
    const message = 'Signature expired: 20260105T120000Z is now earlier than 20260105T121000Z';
    for (const error of [
      fromService('InvalidSignatureException', message),
      fromService('RequestTimeTooSkewed'),
    ])
      assert.match(awsFailure(error, 'ses:SendEmail').message, /clock/);
  });

  it('keeps nothing of what was thrown', () => {
    const thrown = Object.assign(fromService('SignatureDoesNotMatch', 'token=SECRET'), {
      $response: { headers: { authorization: 'SECRET' } },
      StringToSign: 'SECRET',
    });
    const failure = awsFailure(thrown, 's3:GetObject');
    assert.ok(!JSON.stringify([failure, failure.message, failure.cause, failure.stack]).includes('SECRET'));
  });

  it('finds that there are no keys', () => {
    const thrown = Object.assign(new Error('x'), { name: 'CredentialsProviderError' });
    assert.equal(awsFailure(thrown, 'ses:SendEmail').code, 'aws-keys-refused');
  });

  const lost: readonly (readonly [string, string, boolean, ErrorCode])[] = [
    ['ECONNREFUSED', 'ses:SendEmail', false, 'aws-unreachable'],
    ['UND_ERR_SOCKET', 'ses:SendEmail', true, 'no-answer'],
    ['ETIMEDOUT', 'ses:SendBulkEmail', true, 'no-answer'],
    ['UND_ERR_SOCKET', 'ses:GetAccount', true, 'aws-unreachable'],
  ];
  for (const [code, deed, written, expected] of lost)
    it(`reads ${code} ${written ? 'after' : 'before'} writing ${deed} as ${expected}`, () => {
      assert.equal(awsFailure(new Unanswered(code, { written, why: 'x' }), deed).code, expected);
    });

  /** As the SDK's own handler reports it, which cannot say what was written. */
  const ofSystem: readonly (readonly [Record<string, unknown>, ErrorCode])[] = [
    [{ code: 'ECONNREFUSED' }, 'aws-unreachable'],
    [{ code: 'ENOTFOUND' }, 'aws-unreachable'],
    [{ code: 'EAI_AGAIN' }, 'aws-unreachable'],
    [{ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'aws-unreachable'],
    [{ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }, 'aws-unreachable'],
    [{ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'aws-unreachable'],
    [
      { name: 'TimeoutError', message: 'Socket timed out without establishing a connection within 10000 ms' },
      'aws-unreachable',
    ],
    [{ name: 'TimeoutError', message: 'Request timed out' }, 'no-answer'],
    [{ code: 'ECONNRESET' }, 'no-answer'],
    [{ code: 'EPIPE' }, 'no-answer'],
    [{ name: 'SyntaxError', $response: {} }, 'no-answer'],
    [{ name: 'TypeError' }, 'internal-error'],
  ];
  for (const [properties, code] of ofSystem)
    it(`reads ${JSON.stringify(properties)} as ${code}`, () => {
      assert.equal(awsFailure(Object.assign(new Error('x'), properties), 'ses:SendEmail').code, code);
    });

  it('passes our own errors on, and survives what is no error', () => {
    const own = new EmailError('app-closed');
    assert.equal(awsFailure(own, 'ses:SendEmail'), own);
    assert.equal(awsFailure(undefined, 'ses:SendEmail').code, 'internal-error');
  });
});
