import assert from 'node:assert/strict';
import {
  AlreadyExistsException,
  BadRequestException,
  CreateConfigurationSetCommand,
  CreateConfigurationSetEventDestinationCommand,
  DeleteConfigurationSetCommand,
  DeleteConfigurationSetEventDestinationCommand,
  type EventDestinationDefinition,
  GetConfigurationSetCommand,
  GetConfigurationSetEventDestinationsCommand,
  ListConfigurationSetsCommand,
  ListDedicatedIpPoolsCommand,
  NotFoundException,
  PutConfigurationSetDeliveryOptionsCommand,
  PutConfigurationSetReputationOptionsCommand,
  PutConfigurationSetSendingOptionsCommand,
  PutConfigurationSetSuppressionOptionsCommand,
  PutConfigurationSetTrackingOptionsCommand,
  SendEmailCommand,
  SendingPausedException,
  UpdateConfigurationSetEventDestinationCommand,
} from '@aws-sdk/client-sesv2';
import { CreateTopicCommand, SetTopicAttributesCommand } from '@aws-sdk/client-sns';
import { awsRefuses } from '../support/aws/aws-refuses.ts';
import { type SdkClients, sdkClients } from '../support/aws/sdk-clients.ts';
import { type AwsStandIn, startAws } from '../support/aws/start-aws.ts';

const ConfigurationSetName = 'shop';

describe('configuration sets of the AWS stand-in', () => {
  let aws: AwsStandIn;
  let sdk: SdkClients;

  beforeEach(async () => {
    aws = await startAws({ verified: ['example.com'], dedicatedIpPools: ['own'] });
    sdk = sdkClients(aws);
  });

  afterEach(() => {
    sdk.destroy();
    return aws.close();
  });

  const create = (more = {}) =>
    sdk.sesV2.send(new CreateConfigurationSetCommand({ ConfigurationSetName, ...more }));
  const look = async () => {
    const { $metadata, ...set } = await sdk.sesV2.send(
      new GetConfigurationSetCommand({ ConfigurationSetName }),
    );
    return set;
  };

  it('are made with what one usually has', async () => {
    await create();
    assert.deepEqual(await look(), {
      ConfigurationSetName,
      DeliveryOptions: { TlsPolicy: 'OPTIONAL' },
      ReputationOptions: { ReputationMetricsEnabled: false },
      SendingOptions: { SendingEnabled: true },
      Tags: [],
    });
    await awsRefuses(create(), AlreadyExistsException, /already exists/);
    await awsRefuses(create({ ConfigurationSetName: 'a b' }), BadRequestException);
    await awsRefuses(
      sdk.sesV2.send(new GetConfigurationSetCommand({ ConfigurationSetName: 'nope' })),
      NotFoundException,
      /<nope> does not exist/,
    );
  });

  it('take options one by one', async () => {
    await create();
    const { DedicatedIpPools } = await sdk.sesV2.send(new ListDedicatedIpPoolsCommand({}));
    assert.deepEqual(DedicatedIpPools, ['own']);
    const pool = (SendingPoolName: string) =>
      sdk.sesV2.send(
        new PutConfigurationSetDeliveryOptionsCommand({ ConfigurationSetName, SendingPoolName }),
      );
    await pool('own');
    await awsRefuses(pool('other'), NotFoundException, /<other>/);
    const track = (CustomRedirectDomain: string) =>
      sdk.sesV2.send(
        new PutConfigurationSetTrackingOptionsCommand({ ConfigurationSetName, CustomRedirectDomain }),
      );
    await track('click.example.com');
    await awsRefuses(track('click.example.net'), BadRequestException, /not verified/);
    await sdk.sesV2.send(
      new PutConfigurationSetSuppressionOptionsCommand({
        ConfigurationSetName,
        SuppressedReasons: ['COMPLAINT'],
      }),
    );
    await sdk.sesV2.send(
      new PutConfigurationSetReputationOptionsCommand({
        ConfigurationSetName,
        ReputationMetricsEnabled: true,
      }),
    );
    const set = await look();
    assert.equal(set.DeliveryOptions?.SendingPoolName, 'own');
    assert.equal(set.TrackingOptions?.CustomRedirectDomain, 'click.example.com');
    assert.deepEqual(set.SuppressionOptions?.SuppressedReasons, ['COMPLAINT']);
    assert.equal(set.ReputationOptions?.ReputationMetricsEnabled, true);
  });

  it('hold mail when paused', async () => {
    await create();
    await sdk.sesV2.send(
      new PutConfigurationSetSendingOptionsCommand({ ConfigurationSetName, SendingEnabled: false }),
    );
    const Data = Buffer.from('From: a@example.com\r\nTo: b@example.org\r\n\r\nx');
    await awsRefuses(
      sdk.sesV2.send(new SendEmailCommand({ Content: { Raw: { Data } }, ConfigurationSetName })),
      SendingPausedException,
      /configuration set <shop>/,
    );
  });

  it('are listed and deleted', async () => {
    await create();
    const list = async () => (await sdk.sesV2.send(new ListConfigurationSetsCommand({}))).ConfigurationSets;
    assert.deepEqual(await list(), [ConfigurationSetName]);
    await sdk.sesV2.send(new DeleteConfigurationSetCommand({ ConfigurationSetName }));
    assert.deepEqual(await list(), []);
  });

  describe('with event destinations', () => {
    let TopicArn: string;

    beforeEach(async () => {
      await create();
      ({ TopicArn = '' } = await sdk.sns.send(new CreateTopicCommand({ Name: 'events' })));
    });

    const destination = (more: Partial<EventDestinationDefinition> = {}): EventDestinationDefinition => ({
      MatchingEventTypes: ['BOUNCE'],
      SnsDestination: { TopicArn },
      ...more,
    });
    const add = (given = destination(), EventDestinationName = 'app') =>
      sdk.sesV2.send(
        new CreateConfigurationSetEventDestinationCommand({
          ConfigurationSetName,
          EventDestinationName,
          EventDestination: given,
        }),
      );
    const destinations = async () =>
      (await sdk.sesV2.send(new GetConfigurationSetEventDestinationsCommand({ ConfigurationSetName })))
        .EventDestinations;

    it('keeps them, off unless switched on', async () => {
      await add();
      assert.deepEqual(await destinations(), [
        { Name: 'app', Enabled: false, MatchingEventTypes: ['BOUNCE'], SnsDestination: { TopicArn } },
      ]);
      await awsRefuses(add(), AlreadyExistsException);
    });

    it('changes and deletes them', async () => {
      await add();
      const name = { ConfigurationSetName, EventDestinationName: 'app' };
      const EventDestination = destination({
        Enabled: true,
        MatchingEventTypes: ['RENDERING_FAILURE', 'OPEN'],
      });
      await sdk.sesV2.send(new UpdateConfigurationSetEventDestinationCommand({ ...name, EventDestination }));
      assert.deepEqual((await destinations())?.[0]?.MatchingEventTypes, ['RENDERING_FAILURE', 'OPEN']);
      await sdk.sesV2.send(new DeleteConfigurationSetEventDestinationCommand(name));
      assert.deepEqual(await destinations(), []);
      await awsRefuses(
        sdk.sesV2.send(new DeleteConfigurationSetEventDestinationCommand(name)),
        NotFoundException,
      );
    });

    it('refuses a topic that is not there or does not let SES in', async () => {
      const elsewhere = destination({ SnsDestination: { TopicArn: `${TopicArn}-x` } });
      await awsRefuses(add(elsewhere), BadRequestException, /Could not publish/);
      const policy = (Service: string, set: string) => ({
        Statement: {
          Effect: 'Allow',
          Principal: { Service },
          Action: 'sns:Publish',
          Resource: TopicArn,
          Condition: {
            StringEquals: { 'AWS:SourceAccount': '111122223333' },
            ArnLike: { 'aws:SourceArn': `arn:aws:ses:eu-central-1:111122223333:configuration-set/${set}` },
          },
        },
      });
      const usePolicy = (document: object) =>
        sdk.sns.send(
          new SetTopicAttributesCommand({
            TopicArn,
            AttributeName: 'Policy',
            AttributeValue: JSON.stringify(document),
          }),
        );
      await usePolicy(policy('s3.amazonaws.com', '*'));
      await awsRefuses(add(), BadRequestException, /Could not publish/);
      await usePolicy(policy('ses.amazonaws.com', 'other'));
      await awsRefuses(add(), BadRequestException, /Could not publish/);
      await usePolicy(policy('ses.amazonaws.com', 'shop'));
      await add();
    });

    it('refuses one without event types, with two places, or as the eleventh', async () => {
      await awsRefuses(add(destination({ MatchingEventTypes: [] })), BadRequestException);
      const two = destination({ EventBridgeDestination: { EventBusArn: 'arn:aws:events:x' } });
      await awsRefuses(add(two), BadRequestException, /Exactly one/);
      for (let count = 0; count < 10; count += 1) await add(destination(), `d${count}`);
      await awsRefuses(add(), 'LimitExceededException');
    });
  });
});
