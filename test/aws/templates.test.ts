import assert from 'node:assert/strict';
import {
  AlreadyExistsException,
  BadRequestException,
  CreateEmailTemplateCommand,
  DeleteEmailTemplateCommand,
  GetEmailTemplateCommand,
  ListEmailTemplatesCommand,
  NotFoundException,
  SendBulkEmailCommand,
  type SendBulkEmailCommandInput,
  SendEmailCommand,
  UpdateEmailTemplateCommand,
} from '@aws-sdk/client-sesv2';
import { awsRefuses } from '../support/aws/aws-refuses.ts';
import { type SdkClients, sdkClients } from '../support/aws/sdk-clients.ts';
import { type AwsStandIn, startAws } from '../support/aws/start-aws.ts';

const TemplateName = 'welcome';
const TemplateContent = {
  Subject: 'Hi {{name}}',
  Text: 'Hi {{ name }}, {{order.id}}',
  Html: '<p>{{{name}}}</p>',
};

describe('templates of the AWS stand-in', () => {
  let aws: AwsStandIn;
  let sdk: SdkClients;

  beforeEach(async () => {
    aws = await startAws({ verified: ['example.com'], account: { perSecond: 100 } });
    sdk = sdkClients(aws);
  });

  afterEach(() => {
    sdk.destroy();
    return aws.close();
  });

  const create = (content: object = TemplateContent) =>
    sdk.sesV2.send(new CreateEmailTemplateCommand({ TemplateName, TemplateContent: content }));
  const bulk = (changes: Partial<SendBulkEmailCommandInput> = {}) =>
    sdk.sesV2.send(
      new SendBulkEmailCommand({
        FromEmailAddress: 'Shop <shop@example.com>',
        DefaultContent: { Template: { TemplateContent, TemplateData: '{"name":"you","order":{"id":1}}' } },
        BulkEmailEntries: [{ Destination: { ToAddresses: ['a@example.org'] } }],
        ...changes,
      }),
    );
  const textOf = (at: number) => {
    const bodies = `${aws.state.sent[at]?.raw}`.matchAll(/base64\r\n\r\n([\s\S]*?)\r\n(?:--|$)/g);
    return [...bodies].map(([, body]) => Buffer.from(`${body}`, 'base64').toString());
  };

  it('are kept, changed, listed and deleted', async () => {
    await create();
    await awsRefuses(create(), AlreadyExistsException, /welcome/);
    const name = { TemplateName };
    const changed = { ...TemplateContent, Subject: 'Hello' };
    await sdk.sesV2.send(new UpdateEmailTemplateCommand({ ...name, TemplateContent: changed }));
    const found = await sdk.sesV2.send(new GetEmailTemplateCommand(name));
    assert.deepEqual(found.TemplateContent, changed);
    const { TemplatesMetadata } = await sdk.sesV2.send(new ListEmailTemplatesCommand({ PageSize: 10 }));
    assert.equal(TemplatesMetadata?.[0]?.TemplateName, TemplateName);
    assert.ok(TemplatesMetadata?.[0]?.CreatedTimestamp instanceof Date);
    await sdk.sesV2.send(new DeleteEmailTemplateCommand(name));
    await awsRefuses(sdk.sesV2.send(new GetEmailTemplateCommand(name)), NotFoundException, /does not exist/);
  });

  it('are refused without a subject or a body, and with blocks that the stand-in cannot fill in', async () => {
    await awsRefuses(create({ Text: 'x' }), BadRequestException, /subject/);
    await awsRefuses(create({ Subject: 'x' }), BadRequestException, /part/);
    await awsRefuses(create({ Subject: 'x', Text: '{{#if a}}' }), BadRequestException, /blocks/);
  });

  it('are filled in as the data stand, without escaping', async () => {
    await create();
    await sdk.sesV2.send(
      new SendEmailCommand({
        FromEmailAddress: 'shop@example.com',
        Destination: { ToAddresses: ['a@example.org'] },
        Content: { Template: { TemplateName, TemplateData: '{"name":"<b> & $&","order":{"id":7}}' } },
      }),
    );
    assert.deepEqual(textOf(0), ['Hi <b> & $&, 7', '<p><b> & $&</p>']);
    assert.match(`${aws.state.sent[0]?.raw}`, /^Subject: Hi <b> & \$&\r$/m);
  });

  it('fill in a mail for each entry, with its own data, headers and tags', async () => {
    const list = { Name: 'List-Unsubscribe', Value: '<https://example.com/1>' };
    const { BulkEmailEntryResults } = await bulk({
      DefaultContent: {
        Template: {
          TemplateContent,
          TemplateData: '{"name":"you","order":{"id":1}}',
          Headers: [list, { Name: 'X-Kind', Value: 'news' }],
        },
      },
      DefaultEmailTags: [{ Name: 'key', Value: 'k0' }],
      BulkEmailEntries: [
        {
          Destination: { ToAddresses: ['a@example.org'] },
          ReplacementEmailContent: { ReplacementTemplate: { ReplacementTemplateData: '{"name":"Ann"}' } },
          ReplacementHeaders: [{ ...list, Value: '<https://example.com/a>' }],
          ReplacementTags: [{ Name: 'key', Value: 'k1' }],
        },
        { Destination: { ToAddresses: ['b@example.org'] } },
      ],
    });
    assert.deepEqual(
      BulkEmailEntryResults?.map(({ Status, MessageId }) => [Status, MessageId]),
      aws.state.sent.map(({ messageId }) => ['SUCCESS', messageId]),
    );
    assert.equal(textOf(0)[0], 'Hi Ann, 1');
    assert.equal(textOf(1)[0], 'Hi you, 1');
    assert.match(`${aws.state.sent[0]?.raw}`, /^List-Unsubscribe: <https:\/\/example\.com\/a>\r$/m);
    assert.doesNotMatch(`${aws.state.sent[0]?.raw}`, /example\.com\/1/);
    assert.match(`${aws.state.sent[0]?.raw}`, /^X-Kind: news\r$/m);
    assert.match(`${aws.state.sent[1]?.raw}`, /^List-Unsubscribe: <https:\/\/example\.com\/1>\r$/m);
    assert.deepEqual(
      aws.state.sent.map(({ tags }) => tags),
      [{ key: 'k1' }, { key: 'k0' }],
    );
  });

  const entries: { why: string; given: () => void; status: string }[] = [
    {
      why: 'the rate',
      given: () => Object.assign(aws.state.ses.account, { perSecond: 1 }),
      status: 'ACCOUNT_THROTTLED',
    },
    {
      why: 'the day',
      given: () => Object.assign(aws.state.ses.account, { perDay: 1 }),
      status: 'ACCOUNT_DAILY_QUOTA_EXCEEDED',
    },
    {
      why: 'the sandbox',
      given: () =>
        Object.assign(aws.state.ses.account, { production: false }) && aws.state.verify('a@example.org'),
      status: 'MESSAGE_REJECTED',
    },
  ];
  for (const { why, given, status } of entries) {
    it(`tells for each entry what ${why} did not let through`, async () => {
      given();
      const BulkEmailEntries = ['a@example.org', 'b@example.org'].map((to) => ({
        Destination: { ToAddresses: [to] },
      }));
      const { BulkEmailEntryResults } = await bulk({ BulkEmailEntries });
      assert.deepEqual(
        BulkEmailEntryResults?.map(({ Status }) => Status),
        ['SUCCESS', status],
      );
      assert.equal(aws.state.sent.length, 1);
    });
  }

  it('refuses a whole request for its template or the number of its entries', async () => {
    const template = { DefaultContent: { Template: { TemplateName: 'nope', TemplateData: '{}' } } };
    await awsRefuses(bulk(template), NotFoundException, /nope/);
    const BulkEmailEntries = Array.from({ length: 51 }, () => ({
      Destination: { ToAddresses: ['a@example.org'] },
    }));
    await awsRefuses(bulk({ BulkEmailEntries }), BadRequestException, /50/);
  });
});
