import assert from 'node:assert/strict';
import {
  CreateConfigurationSetCommand,
  CreateConfigurationSetEventDestinationCommand,
  type EventType,
  SendBulkEmailCommand,
  SendEmailCommand,
} from '@aws-sdk/client-sesv2';
import { ConfirmSubscriptionCommand, CreateTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { type Listener, openListener } from '../support/aws/listener.ts';
import { type SdkClients, sdkClients } from '../support/aws/sdk-clients.ts';
import type { SesEvent } from '../support/aws/ses/events.ts';
import { type AwsStandIn, startAws } from '../support/aws/start-aws.ts';

const ConfigurationSetName = 'shop';
const all: EventType[] = [
  'SEND',
  'DELIVERY',
  'BOUNCE',
  'COMPLAINT',
  'REJECT',
  'OPEN',
  'CLICK',
  'RENDERING_FAILURE',
  'DELIVERY_DELAY',
  'SUBSCRIPTION',
];

describe('events of the AWS stand-in', () => {
  let aws: AwsStandIn;
  let sdk: SdkClients;
  let listener: Listener;

  beforeEach(async () => {
    aws = await startAws({ verified: ['example.com'] });
    sdk = sdkClients(aws);
    listener = await openListener();
    const { TopicArn } = await sdk.sns.send(new CreateTopicCommand({ Name: 'events' }));
    await sdk.sns.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint: listener.url }));
    await aws.state.settled();
    const { Token } = JSON.parse(listener.heard[0]?.body ?? '');
    await sdk.sns.send(new ConfirmSubscriptionCommand({ TopicArn, Token }));
    await sdk.sesV2.send(new CreateConfigurationSetCommand({ ConfigurationSetName }));
    await sdk.sesV2.send(
      new CreateConfigurationSetEventDestinationCommand({
        ConfigurationSetName,
        EventDestinationName: 'app',
        EventDestination: { Enabled: true, MatchingEventTypes: all, SnsDestination: { TopicArn } },
      }),
    );
    await aws.state.settled();
  });

  afterEach(async () => {
    sdk.destroy();
    await listener.close();
    await aws.close();
  });

  const send = async (...to: string[]) => {
    const Data = Buffer.from(`From: Shop <shop@example.com>\r\nTo: ${to.join(', ')}\r\nSubject: Hi\r\n\r\nx`);
    const EmailTags = [{ Name: 'key', Value: 'k1' }];
    const command = new SendEmailCommand({ Content: { Raw: { Data } }, ConfigurationSetName, EmailTags });
    const { MessageId = '' } = await sdk.sesV2.send(command);
    await aws.state.settled();
    return MessageId;
  };
  /** After the confirmation and the sentence that tries the topic. */
  const told = () => listener.heard.slice(2).map(({ body }) => JSON.parse(JSON.parse(body).Message));
  const kinds = () => told().map(({ eventType }) => eventType);

  it('begin with a sentence that is no JSON', () => {
    const { Message } = JSON.parse(listener.heard[1]?.body ?? '');
    assert.equal(Message, 'Successfully validated SNS topic for Amazon SES event publishing.');
  });

  const fates: [address: string, ...events: SesEvent[]][] = [
    ['success', 'Send', 'Delivery'],
    ['success+label', 'Send', 'Delivery'],
    ['ooto', 'Send', 'Delivery'],
    ['bounce', 'Send', 'Bounce'],
    ['complaint', 'Send', 'Delivery', 'Complaint'],
    ['suppressionlist', 'Send', 'Bounce'],
  ];
  for (const [name, ...events] of fates) {
    it(`tell of a mail to ${name}@simulator.amazonses.com: ${events.join(', ')}`, async () => {
      Object.assign(aws.state.ses.account, { production: false });
      await send(`${name}@simulator.amazonses.com`);
      assert.deepEqual(kinds(), events);
    });
  }

  it('carry the mail with our tags', async () => {
    const messageId = await send('bounce@simulator.amazonses.com');
    const [, { mail, bounce }] = told();
    assert.equal(mail.messageId, messageId);
    assert.deepEqual(mail.tags.key, ['k1']);
    assert.deepEqual(mail.tags['ses:configuration-set'], [ConfigurationSetName]);
    assert.deepEqual(mail.destination, ['bounce@simulator.amazonses.com']);
    assert.equal(mail.source, 'shop@example.com');
    assert.equal(mail.commonHeaders.subject, 'Hi');
    assert.ok(mail.headers.some(({ name }: { name: string }) => name === 'Message-ID'));
    assert.equal(bounce.bounceType, 'Permanent');
    assert.equal(bounce.bounceSubType, 'General');
    assert.equal(bounce.bouncedRecipients[0].emailAddress, 'bounce@simulator.amazonses.com');
    assert.equal(bounce.bouncedRecipients[0].status, '5.1.1');
  });

  it('tell of an address on the suppression list, as long as its reason counts', async () => {
    aws.state.ses.suppressed.set('a@example.org', { address: 'a@example.org', reason: 'BOUNCE', at: 0 });
    await send('a@example.org', 'b@example.org');
    aws.state.ses.account.suppressedReasons = ['COMPLAINT'];
    await send('a@example.org');
    assert.deepEqual(kinds(), ['Send', 'Bounce', 'Delivery', 'Send', 'Delivery']);
    assert.equal(told()[1].bounce.bounceSubType, 'OnAccountSuppressionList');
  });

  it('tell of a template that lacks data, and the mail does not leave', async () => {
    const content = {
      Template: { TemplateContent: { Subject: 'Hi {{name}}', Text: 'x' }, TemplateData: '{}' },
    };
    const Destination = { ToAddresses: ['a@example.org'] };
    const FromEmailAddress = 'shop@example.com';
    await sdk.sesV2.send(
      new SendEmailCommand({ FromEmailAddress, Destination, Content: content, ConfigurationSetName }),
    );
    const { BulkEmailEntryResults } = await sdk.sesV2.send(
      new SendBulkEmailCommand({
        FromEmailAddress,
        DefaultContent: content,
        BulkEmailEntries: [{ Destination }],
        ConfigurationSetName,
      }),
    );
    await aws.state.settled();
    assert.equal(BulkEmailEntryResults?.[0]?.Status, 'SUCCESS');
    assert.equal(aws.state.sent.length, 0);
    assert.deepEqual(kinds(), ['Rendering Failure', 'Rendering Failure']);
    assert.equal(told()[0].failure.errorMessage, "Attribute 'name' is not present in the rendering data.");
  });

  it('tell of whatever else a test lets happen', async () => {
    const messageId = await send('a@example.org');
    const rest: SesEvent[] = ['Reject', 'Open', 'Click', 'DeliveryDelay', 'Subscription'];
    for (const type of rest) await aws.state.tell(messageId, { type });
    await aws.state.tell(messageId, {
      type: 'Bounce',
      recipients: ['a@example.org'],
      details: { bounceType: 'Transient', bounceSubType: 'MailboxFull' },
    });
    assert.deepEqual(kinds().slice(2), [...rest, 'Bounce']);
    const [reject, , click, delay, subscription, bounce] = told().slice(2);
    assert.deepEqual(reject.reject, { reason: 'Bad content' });
    assert.equal(click.click.link, 'https://example.com/');
    assert.equal(delay.deliveryDelay.delayType, 'TransientCommunicationFailure');
    assert.deepEqual(subscription.subscription, {});
    assert.equal(bounce.bounce.bounceSubType, 'MailboxFull');
    await assert.rejects(aws.state.tell('nope', { type: 'Open' }), /No mail nope/);
  });

  it('are told in the spelling of feedback notifications too, which know no tags', async () => {
    const messageId = await send('a@example.org');
    await aws.state.tell(messageId, { type: 'Complaint', spelling: 'notificationType' });
    const { eventType, notificationType, mail, complaint } = told().at(-1);
    assert.deepEqual([eventType, notificationType, mail.tags], [undefined, 'Complaint', undefined]);
    assert.equal(complaint.complaintFeedbackType, 'abuse');
  });

  it('are told to those who asked for their kind', async () => {
    const destinations = aws.state.ses.configurationSets.get(ConfigurationSetName)?.eventDestinations ?? [];
    Object.assign(destinations[0] ?? {}, { MatchingEventTypes: ['DELIVERY'] });
    await send('success@simulator.amazonses.com');
    assert.deepEqual(kinds(), ['Delivery']);
    Object.assign(destinations[0] ?? {}, { Enabled: false });
    await send('success@simulator.amazonses.com');
    assert.deepEqual(kinds(), ['Delivery']);
  });
});
