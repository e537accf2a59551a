import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import {
  GetIdentityVerificationAttributesCommand,
  VerifyDomainDkimCommand,
  VerifyDomainIdentityCommand,
} from '@aws-sdk/client-ses';
import {
  AlreadyExistsException,
  BadRequestException,
  CreateConfigurationSetCommand,
  CreateEmailIdentityCommand,
  DeleteEmailIdentityCommand,
  GetEmailIdentityCommand,
  ListEmailIdentitiesCommand,
  MailFromDomainNotVerifiedException,
  NotFoundException,
  PutEmailIdentityConfigurationSetAttributesCommand,
  PutEmailIdentityDkimAttributesCommand,
  PutEmailIdentityDkimSigningAttributesCommand,
  PutEmailIdentityFeedbackAttributesCommand,
  PutEmailIdentityMailFromAttributesCommand,
  SendEmailCommand,
} from '@aws-sdk/client-sesv2';
import { awsRefuses } from '../support/aws/aws-refuses.ts';
import { type SdkClients, sdkClients } from '../support/aws/sdk-clients.ts';
import { type AwsStandIn, startAws } from '../support/aws/start-aws.ts';

const domain = 'example.com';
const zone = 'dkim.eu-central-1.example-zone.test';

describe('identities of the AWS stand-in', () => {
  let aws: AwsStandIn;
  let sdk: SdkClients;
  let records: Map<string, string[]>;
  let now: number;

  beforeEach(async () => {
    records = new Map();
    now = Date.now();
    aws = await startAws({ now: () => now, dns: (name, type) => records.get(`${type} ${name}`) ?? [] });
    sdk = sdkClients(aws);
  });

  afterEach(() => {
    sdk.destroy();
    return aws.close();
  });

  const create = (more = {}) =>
    sdk.sesV2.send(new CreateEmailIdentityCommand({ EmailIdentity: domain, ...more }));
  const look = () => sdk.sesV2.send(new GetEmailIdentityCommand({ EmailIdentity: domain }));

  it('begin pending, with three names in a zone of its own', async () => {
    const { IdentityType, VerifiedForSendingStatus, DkimAttributes } = await create();
    assert.equal(IdentityType, 'DOMAIN');
    assert.equal(VerifiedForSendingStatus, false);
    assert.equal(DkimAttributes?.Tokens?.length, 3);
    assert.equal(DkimAttributes?.SigningHostedZone, zone);
    assert.equal(DkimAttributes?.Status, 'PENDING');
  });

  it('become verified when all three names point where they should', async () => {
    const tokens = (await create()).DkimAttributes?.Tokens ?? [];
    assert.equal((await look()).VerificationInfo?.ErrorType, 'HOST_NOT_FOUND');
    for (const token of tokens)
      records.set(`CNAME ${token}._domainkey.${domain}`, [`${token}.dkim.amazonses.com`]);
    assert.equal((await look()).VerificationInfo?.ErrorType, 'INVALID_VALUE');
    for (const token of tokens) records.set(`CNAME ${token}._domainkey.${domain}`, [`${token}.${zone}.`]);
    const { VerificationStatus, VerifiedForSendingStatus, DkimAttributes, VerificationInfo } = await look();
    assert.equal(VerificationStatus, 'SUCCESS');
    assert.equal(VerifiedForSendingStatus, true);
    assert.equal(DkimAttributes?.Status, 'SUCCESS');
    assert.equal(VerificationInfo?.LastSuccessTimestamp?.getTime(), Math.trunc(now));
  });

  it('fail after three days without records', async () => {
    await create();
    now += 14 * 60_000;
    assert.equal((await look()).VerificationStatus, 'PENDING');
    const identity = aws.state.ses.identities.get(domain);
    if (identity) aws.state.ses.identities.set(domain, { ...identity, createdAt: now - 73 * 3_600_000 });
    assert.equal((await look()).VerificationStatus, 'FAILED');
  });

  it('take a name server that fails for one that knows nothing', async () => {
    aws.state.dns = () => Promise.reject(new Error('ENOTFOUND'));
    await create();
    assert.equal((await look()).VerificationInfo?.ErrorType, 'HOST_NOT_FOUND');
  });

  it('are verified by hand', async () => {
    aws.state.verify(domain);
    assert.equal((await look()).VerificationStatus, 'SUCCESS');
  });

  it('are proven by the TXT record of the older API', async () => {
    const { VerificationToken = '' } = await sdk.ses.send(
      new VerifyDomainIdentityCommand({ Domain: domain }),
    );
    const again = await sdk.ses.send(new VerifyDomainIdentityCommand({ Domain: domain }));
    assert.equal(again.VerificationToken, VerificationToken);
    const status = async () => {
      const command = new GetIdentityVerificationAttributesCommand({ Identities: [domain, 'nope.example'] });
      return (await sdk.ses.send(command)).VerificationAttributes;
    };
    assert.deepEqual(await status(), { [domain]: { VerificationStatus: 'Pending', VerificationToken } });
    records.set(`TXT _amazonses.${domain}`, ['other', VerificationToken]);
    assert.equal((await status())?.[domain]?.VerificationStatus, 'Success');
    assert.equal((await look()).VerifiedForSendingStatus, true);
    const { DkimTokens } = await sdk.ses.send(new VerifyDomainDkimCommand({ Domain: domain }));
    assert.deepEqual((await look()).DkimAttributes?.Tokens, DkimTokens);
  });

  it('get DKIM later when the older API made them', async () => {
    await sdk.ses.send(new VerifyDomainIdentityCommand({ Domain: domain }));
    assert.equal((await look()).DkimAttributes?.Status, 'NOT_STARTED');
    const { DkimTokens, DkimStatus } = await sdk.sesV2.send(
      new PutEmailIdentityDkimSigningAttributesCommand({
        EmailIdentity: domain,
        SigningAttributesOrigin: 'AWS_SES',
      }),
    );
    assert.deepEqual([DkimTokens?.length, DkimStatus], [3, 'PENDING']);
  });

  it('sign with a key of the customer when its record stands', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const DomainSigningPrivateKey = privateKey.export({ type: 'pkcs1', format: 'der' }).toString('base64');
    const { DkimAttributes } = await create({
      DkimSigningAttributes: { DomainSigningSelector: 'shop', DomainSigningPrivateKey },
    });
    assert.deepEqual(DkimAttributes?.Tokens, ['shop']);
    assert.equal(DkimAttributes?.SigningAttributesOrigin, 'EXTERNAL');
    const p = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    records.set(`TXT shop._domainkey.${domain}`, [`v=DKIM1; k=rsa; p=${p.slice(1)}`]);
    assert.equal((await look()).VerificationInfo?.ErrorType, 'INVALID_VALUE');
    records.set(`TXT shop._domainkey.${domain}`, [`v=DKIM1; k=rsa; p=${p}`]);
    assert.equal((await look()).DkimAttributes?.Status, 'SUCCESS');
  });

  it('change who signs', async () => {
    await create();
    const put = (more: object) =>
      sdk.sesV2.send(
        new PutEmailIdentityDkimSigningAttributesCommand({
          EmailIdentity: domain,
          SigningAttributesOrigin: 'EXTERNAL',
          ...more,
        }),
      );
    await awsRefuses(
      put({ SigningAttributes: { DomainSigningSelector: 's', DomainSigningPrivateKey: 'AAAA' } }),
      BadRequestException,
      /RSA key of 1024 to 2048 bits/,
    );
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const DomainSigningPrivateKey = privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
    const own = await put({ SigningAttributes: { DomainSigningSelector: 's', DomainSigningPrivateKey } });
    assert.deepEqual([own.DkimStatus, own.DkimTokens, own.SigningHostedZone], ['PENDING', ['s'], undefined]);
    const easy = await put({ SigningAttributesOrigin: 'AWS_SES' });
    assert.equal(easy.DkimTokens?.length, 3);
    assert.equal(easy.SigningHostedZone, zone);
    await awsRefuses(
      put({
        SigningAttributesOrigin: 'AWS_SES',
        SigningAttributes: { NextSigningKeyLength: 'RSA_1024_BIT' },
      }),
      BadRequestException,
      /once in 24 hours/,
    );
    await sdk.sesV2.send(
      new PutEmailIdentityDkimAttributesCommand({ EmailIdentity: domain, SigningEnabled: false }),
    );
    assert.equal((await look()).DkimAttributes?.SigningEnabled, false);
  });

  it('have a MAIL FROM domain that waits for exactly one MX record', async () => {
    aws.state.verify(domain);
    const put = (MailFromDomain: string) =>
      sdk.sesV2.send(
        new PutEmailIdentityMailFromAttributesCommand({
          EmailIdentity: domain,
          MailFromDomain,
          BehaviorOnMxFailure: 'REJECT_MESSAGE',
        }),
      );
    await awsRefuses(put('bounce.example.net'), BadRequestException, /not subdomain/);
    await put(`bounce.${domain}`);
    assert.deepEqual((await look()).MailFromAttributes, {
      MailFromDomain: `bounce.${domain}`,
      MailFromDomainStatus: 'PENDING',
      BehaviorOnMxFailure: 'REJECT_MESSAGE',
    });
    const Data = Buffer.from(`From: a@${domain}\r\nTo: b@example.org\r\n\r\nx`);
    const send = () => sdk.sesV2.send(new SendEmailCommand({ Content: { Raw: { Data } } }));
    await awsRefuses(send(), MailFromDomainNotVerifiedException, /MAIL FROM/);
    records.set(`MX bounce.${domain}`, ['10 feedback-smtp.eu-central-1.amazonses.com']);
    assert.equal((await look()).MailFromAttributes?.MailFromDomainStatus, 'SUCCESS');
    await send();
  });

  it('have a configuration set and say whether bounces are mailed', async () => {
    await create();
    const use = (ConfigurationSetName?: string) =>
      sdk.sesV2.send(
        new PutEmailIdentityConfigurationSetAttributesCommand({
          EmailIdentity: domain,
          ConfigurationSetName,
        }),
      );
    await awsRefuses(use('shop'), NotFoundException);
    await sdk.sesV2.send(new CreateConfigurationSetCommand({ ConfigurationSetName: 'shop' }));
    await use('shop');
    await sdk.sesV2.send(
      new PutEmailIdentityFeedbackAttributesCommand({ EmailIdentity: domain, EmailForwardingEnabled: false }),
    );
    const { ConfigurationSetName, FeedbackForwardingStatus } = await look();
    assert.deepEqual([ConfigurationSetName, FeedbackForwardingStatus], ['shop', false]);
  });

  it('are listed in pages, made once and deleted', async () => {
    await create({ Tags: [{ Key: 'k', Value: 'v' }] });
    assert.deepEqual((await look()).Tags, [{ Key: 'k', Value: 'v' }]);
    await sdk.sesV2.send(new CreateEmailIdentityCommand({ EmailIdentity: 'me@example.net' }));
    const first = await sdk.sesV2.send(new ListEmailIdentitiesCommand({ PageSize: 1 }));
    const second = await sdk.sesV2.send(
      new ListEmailIdentitiesCommand({ PageSize: 1, NextToken: first.NextToken }),
    );
    assert.deepEqual(
      [...(first.EmailIdentities ?? []), ...(second.EmailIdentities ?? [])].map(
        ({ IdentityName, IdentityType }) => [IdentityName, IdentityType],
      ),
      [
        [domain, 'DOMAIN'],
        ['me@example.net', 'EMAIL_ADDRESS'],
      ],
    );
    assert.equal(second.NextToken, undefined);
    await awsRefuses(create(), AlreadyExistsException, /already exist/);
    await awsRefuses(create({ EmailIdentity: 'no domain' }), BadRequestException);
    await sdk.sesV2.send(new DeleteEmailIdentityCommand({ EmailIdentity: domain }));
    await awsRefuses(look(), NotFoundException, /does not exist/);
  });
});
