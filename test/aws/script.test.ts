import assert from 'node:assert/strict';
import { GetAccountCommand, InternalServiceErrorException, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { awsRefuses } from '../support/aws/aws-refuses.ts';
import { type SdkClients, sdkClients } from '../support/aws/sdk-clients.ts';
import { type AwsStandIn, startAws } from '../support/aws/start-aws.ts';

describe('a script of the AWS stand-in', () => {
  let aws: AwsStandIn;
  let sdk: SdkClients;

  beforeEach(async () => {
    aws = await startAws({ verified: ['example.com'] });
    sdk = sdkClients(aws);
  });

  afterEach(() => {
    sdk.destroy();
    return aws.close();
  });

  const Data = Buffer.from('From: a@example.com\r\nTo: b@example.org\r\n\r\nx');
  const send = (signal?: AbortSignal) =>
    sdk.sesV2.send(new SendEmailCommand({ Content: { Raw: { Data } } }), { abortSignal: signal });

  it('lets a service break', async () => {
    aws.state.script = ({ action }) =>
      action === 'SendEmail'
        ? { code: 'InternalServiceErrorException', message: 'Oh', status: 500 }
        : undefined;
    await awsRefuses(send(), InternalServiceErrorException, /^Oh$/);
    await sdk.sesV2.send(new GetAccountCommand({}));
    assert.deepEqual(
      aws.state.calls.map(({ service, action }) => `${service} ${action}`),
      ['ses SendEmail', 'ses GetAccount'],
    );
  });

  it('cuts the connection before the deed, or after it', async () => {
    aws.state.script = () => 'drop';
    await assert.rejects(send(), /socket hang up|ECONNRESET/);
    assert.equal(aws.state.sent.length, 0);
    aws.state.script = () => 'drop-answer';
    await assert.rejects(send(), /socket hang up|ECONNRESET/);
    assert.equal(aws.state.sent.length, 1);
  });

  it('keeps silent', async () => {
    aws.state.script = () => 'silence';
    await assert.rejects(send(AbortSignal.timeout(50)), /abort/i);
    assert.equal(aws.state.sent.length, 0);
  });
});
