import assert from 'node:assert/strict';
import {
  BadRequestException,
  DeleteSuppressedDestinationCommand,
  GetAccountCommand,
  GetSuppressedDestinationCommand,
  ListSuppressedDestinationsCommand,
  NotFoundException,
  PutAccountSuppressionAttributesCommand,
  PutSuppressedDestinationCommand,
  type SuppressionListReason,
} from '@aws-sdk/client-sesv2';
import { awsRefuses } from '../support/aws/aws-refuses.ts';
import { type SdkClients, sdkClients } from '../support/aws/sdk-clients.ts';
import { sandbox } from '../support/aws/ses/ses-state.ts';
import { type AwsStandIn, startAws } from '../support/aws/start-aws.ts';

describe('the suppression list of the AWS stand-in', () => {
  let aws: AwsStandIn;
  let sdk: SdkClients;

  beforeEach(async () => {
    aws = await startAws();
    sdk = sdkClients(aws);
  });

  afterEach(() => {
    sdk.destroy();
    return aws.close();
  });

  const put = (EmailAddress: string, Reason: SuppressionListReason = 'BOUNCE') =>
    sdk.sesV2.send(new PutSuppressedDestinationCommand({ EmailAddress, Reason }));
  const get = (EmailAddress: string) => sdk.sesV2.send(new GetSuppressedDestinationCommand({ EmailAddress }));

  it('takes, shows and forgets an address', async () => {
    await put('Ann+x@example.org', 'COMPLAINT');
    const { SuppressedDestination } = await get('ann+x@example.org');
    assert.equal(SuppressedDestination?.Reason, 'COMPLAINT');
    assert.ok(SuppressedDestination?.LastUpdateTime instanceof Date);
    const forget = () =>
      sdk.sesV2.send(new DeleteSuppressedDestinationCommand({ EmailAddress: 'ann+x@example.org' }));
    await forget();
    await awsRefuses(get('ann+x@example.org'), NotFoundException, /does not exist on your suppression list/);
    await awsRefuses(forget(), NotFoundException);
    await awsRefuses(put('nobody'), BadRequestException);
    Object.assign(aws.state.ses.account, sandbox);
    await awsRefuses(put('bob@example.org'), BadRequestException, /production access/);
  });

  it('is listed in pages, by reason and time', async () => {
    await put('a@example.org');
    await put('b@example.org', 'COMPLAINT');
    await put('c@example.org');
    const list = (more = {}) =>
      sdk.sesV2.send(new ListSuppressedDestinationsCommand({ PageSize: 1, ...more }));
    const first = await list({ Reasons: ['BOUNCE'] });
    const second = await list({ Reasons: ['BOUNCE'], NextToken: first.NextToken });
    assert.deepEqual(
      [first, second].map(({ SuppressedDestinationSummaries: found }) =>
        found?.map(({ EmailAddress }) => EmailAddress),
      ),
      [['a@example.org'], ['c@example.org']],
    );
    const both = await list({ PageSize: 10, Reasons: ['BOUNCE', 'COMPLAINT'] });
    assert.equal(both.SuppressedDestinationSummaries?.length, 3);
    const later = await list({ StartDate: new Date(Date.now() + 60_000) });
    assert.deepEqual(later.SuppressedDestinationSummaries, []);
  });

  it('is switched for the account', async () => {
    const reasons = async () =>
      (await sdk.sesV2.send(new GetAccountCommand({}))).SuppressionAttributes?.SuppressedReasons;
    assert.deepEqual(await reasons(), ['BOUNCE', 'COMPLAINT']);
    await sdk.sesV2.send(new PutAccountSuppressionAttributesCommand({ SuppressedReasons: [] }));
    assert.deepEqual(await reasons(), []);
  });
});
