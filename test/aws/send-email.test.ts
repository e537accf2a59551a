import assert from 'node:assert/strict';
import {
  AccountSuspendedException,
  BadRequestException,
  GetAccountCommand,
  MessageRejected,
  NotFoundException,
  SendEmailCommand,
  type SendEmailCommandInput,
  SendingPausedException,
  TooManyRequestsException,
} from '@aws-sdk/client-sesv2';
import { awsRefuses } from '../support/aws/aws-refuses.ts';
import { type SdkClients, sdkClients } from '../support/aws/sdk-clients.ts';
import { sandbox } from '../support/aws/ses/ses-state.ts';
import { type AwsStandIn, startAws } from '../support/aws/start-aws.ts';

const raw = Buffer.from(
  'From: Shop <shop@example.com>\r\nTo: a@example.org\r\nBcc: b@example.org\r\n' +
    'Message-ID: <mine@example.com>\r\nDate: Mon, 1 Jan 2024 00:00:00 +0000\r\nX-SES-MESSAGE-TAGS: key=k1\r\n' +
    'Subject: Hello\r\n\r\nBody: é\r\n',
);

describe('SendEmail of the AWS stand-in', () => {
  let aws: AwsStandIn;
  let sdk: SdkClients;

  beforeEach(async () => {
    aws = await startAws({ verified: ['example.com'], account: { perDay: 100, perSecond: 20 } });
    sdk = sdkClients(aws);
  });

  afterEach(() => {
    sdk.destroy();
    return aws.close();
  });

  const send = (changes: Partial<SendEmailCommandInput> = {}) =>
    sdk.sesV2.send(new SendEmailCommand({ Content: { Raw: { Data: raw } }, ...changes }));

  it('takes raw content, and stamps it with its own Message-ID and Date', async () => {
    const { MessageId } = await send();
    const [mail] = aws.state.ses.sent;
    const text = mail?.raw.toString() ?? '';
    assert.equal(mail?.messageId, MessageId);
    assert.deepEqual(mail?.destinations, ['a@example.org', 'b@example.org']);
    assert.deepEqual(mail?.tags, { key: 'k1' });
    assert.match(text, new RegExp(`^Message-ID: <${MessageId}@eu-central-1.amazonses.com>\r$`, 'm'));
    assert.match(text, /^Date: .* \+0000\r$/m);
    assert.doesNotMatch(text, /mine@|2024|Bcc|X-SES/i);
    assert.ok(text.endsWith('Subject: Hello\r\n') === false && text.endsWith('\r\n\r\nBody: é\r\n'));
  });

  it('counts recipients in GetAccount', async () => {
    await send({ Destination: { ToAddresses: ['x@example.org', 'Y <y@example.org>'] } });
    const { SendQuota, ProductionAccessEnabled, EnforcementStatus } = await sdk.sesV2.send(
      new GetAccountCommand({}),
    );
    assert.deepEqual(SendQuota, { Max24HourSend: 100, MaxSendRate: 20, SentLast24Hours: 2 });
    assert.equal(ProductionAccessEnabled, true);
    assert.equal(EnforcementStatus, 'HEALTHY');
  });

  it('says in GetAccount what became of the request to leave the sandbox', async () => {
    const review = async () =>
      (await sdk.sesV2.send(new GetAccountCommand({}))).Details?.ReviewDetails?.Status;
    assert.equal(await review(), undefined);
    Object.assign(aws.state.ses.account, sandbox, { review: 'PENDING' });
    assert.equal(await review(), 'PENDING');
  });

  it('keeps what the request says of tracking', async () => {
    const Tracking = { OpenTrackingEnabled: 'DISABLED', ClickTrackingEnabled: 'ENABLED' } as const;
    await send({ ConfigurationOverrides: { Tracking } });
    assert.deepEqual(aws.state.sent[0]?.tracking, Tracking);
  });

  it('makes a mail of simple content', async () => {
    await send({
      FromEmailAddress: 'shop@example.com',
      Destination: { ToAddresses: ['a@example.org'] },
      Content: {
        Simple: { Subject: { Data: 'Grüße' }, Body: { Text: { Data: 'Hi' }, Html: { Data: '<p>' } } },
      },
      EmailTags: [{ Name: 'n', Value: 'v' }],
    });
    const [mail] = aws.state.ses.sent;
    assert.match(`${mail?.raw}`, /Subject: =\?UTF-8\?B\?R3LDvMOfZQ==\?=/);
    assert.match(`${mail?.raw}`, /multipart\/alternative/);
    assert.deepEqual(mail?.tags, { n: 'v' });
  });

  it('takes mail to the simulator without counting it', async () => {
    await send({ Destination: { ToAddresses: ['a@example.org', 'success@simulator.amazonses.com'] } });
    assert.equal(aws.state.ses.account.sentToday, 1);
  });

  it('asks for the rights of raw mail on the identity, by the From of the mail if need be', async () => {
    const identity = 'arn:aws:ses:eu-central-1:111122223333:identity/example.com';
    const allow = (Action: string[], from: string) => ({
      Effect: 'Allow' as const,
      Action,
      Resource: identity,
      Condition: { StringLike: { 'ses:FromAddress': from } },
    });
    const use = (statement: ReturnType<typeof allow>) =>
      Object.assign(aws.state.users[0] ?? {}, { policy: { Statement: statement } });
    use(allow(['ses:SendEmail'], '*@example.com'));
    await awsRefuses(
      send(),
      'AccessDeniedException',
      /^User `arn:aws:iam::111122223333:user\/mailer' is not authorized to perform `ses:SendRawEmail' on resource `.*\/example\.com'$/,
    );
    use(allow(['ses:SendEmail', 'ses:SendRawEmail'], 'other@example.com'));
    await awsRefuses(send(), 'AccessDeniedException');
    use(allow(['ses:SendEmail', 'ses:SendRawEmail'], '*@example.com'));
    await send();
    await awsRefuses(send({ FromEmailAddress: 'Shop <shop@sub.example.com>' }), 'AccessDeniedException');
  });

  const many = Array.from({ length: 51 }, (_, at) => `r${at}@example.org`);
  const refusals: {
    why: string;
    given?: () => void;
    request?: Partial<SendEmailCommandInput>;
    thrown: new (...args: never[]) => Error;
    says: RegExp;
  }[] = [
    {
      why: 'a sender that is not verified',
      request: { FromEmailAddress: 'x@example.net' },
      thrown: MessageRejected,
      says: /failed the check in region EU-CENTRAL-1: x@example\.net$/,
    },
    {
      why: 'unverified recipients in the sandbox',
      given: () => Object.assign(aws.state.ses.account, { production: false }),
      request: { Destination: { ToAddresses: ['a@example.org', 'success@simulator.amazonses.com'] } },
      thrown: MessageRejected,
      says: /^Email address is not verified\..*EU-CENTRAL-1: a@example\.org$/,
    },
    {
      why: 'more than 50 recipients',
      request: { Destination: { ToAddresses: many } },
      thrown: BadRequestException,
      says: /Recipient count exceeds 50/,
    },
    {
      why: 'an unknown configuration set',
      request: { ConfigurationSetName: 'nope' },
      thrown: NotFoundException,
      says: /<nope> does not exist/,
    },
    {
      why: 'more than the rate',
      given: () => Object.assign(aws.state.ses.account, { perSecond: 0 }),
      thrown: TooManyRequestsException,
      says: /^Maximum sending rate exceeded\.$/,
    },
    {
      why: 'more than the day allows',
      given: () => Object.assign(aws.state.ses.account, { sentToday: 99 }),
      thrown: TooManyRequestsException,
      says: /^Daily message quota exceeded\.$/,
    },
    {
      why: 'mail of a paused account',
      given: () => Object.assign(aws.state.ses.account, { sending: false }),
      thrown: SendingPausedException,
      says: /^Sending paused for this account/,
    },
    {
      why: 'mail of a suspended account',
      given: () => Object.assign(aws.state.ses.account, { enforcement: 'SHUTDOWN' }),
      thrown: AccountSuspendedException,
      says: /^Sending suspended for this account/,
    },
  ];
  for (const { why, given, request, thrown, says } of refusals) {
    it(`refuses ${why}`, async () => {
      given?.();
      await awsRefuses(send(request), thrown, says);
      assert.equal(aws.state.ses.sent.length, 0);
    });
  }
});
