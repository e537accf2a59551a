import assert from 'node:assert/strict';
import { openTransport } from '../../../nodes/lib/app/open-transport.ts';
import type { AppSettings } from '../../../nodes/lib/settings/app-settings.ts';
import type { Transport } from '../../../nodes/lib/transport/transport.ts';
import { appStage } from '../../support/app-stage.ts';
import { type AwsOptions, testKeys } from '../../support/aws/aws-world.ts';
import { type AwsStandIn, startAws } from '../../support/aws/start-aws.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { sampleSettings } from '../../support/sample-settings.ts';

const minute = 60_000;
const unsubscribe = { ...sampleSettings().unsubscribe, enabled: true, headers: true };

describe('an app on Amazon SES', () => {
  let aws: AwsStandIn;
  let transport: Transport;
  let stage: ReturnType<typeof appStage>;

  async function open(
    options: AwsOptions = {},
    bulk = false,
    changes: Partial<AppSettings> = {},
  ): Promise<void> {
    const account = { perSecond: 1000, ...options.account };
    aws = await startAws({ verified: ['example.com'], ...options, account });
    const access = { region: 'eu-central-1', keys: testKeys, endpoint: aws.endpoint };
    const route = { kind: 'ses', aws: access, bulk } as const;
    const settings = sampleSettings({ route, baseUrl: 'https://example.com', ...changes }, { rate: 'auto' });
    const clock = fakeClock();
    transport = openTransport(settings, { clock, folder: '' });
    stage = appStage({ settings, clock, transport });
    await until(() => calls('GetAccount') === 1);
  }

  afterEach(async () => {
    const closing = stage.app.close();
    await until(() => stage.clock.pending() === 0);
    await closing;
    await aws.close();
  });

  /** The network is real, the clock is not: it goes on while the network is waited for. */
  async function until(fact: () => boolean, step = 5): Promise<void> {
    for (let turn = 0; !fact(); turn += 1) {
      assert.ok(turn < 2000, 'it does not come about');
      await stage?.clock.advance(step);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  const calls = (action: string): number =>
    aws.state.calls.filter((call) => call.action.endsWith(action)).length;
  const people = (count: number): string[] =>
    Array.from({ length: count }, (_, index) => `p${index}@example.net`);
  const results = (): string[] => stage.results.map(({ state }) => state);

  it('sends a mail whole, hides Bcc, and reports the Message-ID that readers see', async () => {
    await open();
    await stage.send({
      to: 'ann@example.net',
      bcc: 'cy@example.net',
      subject: 'Hi',
      payload: 'Good day',
      copies: 'together',
    });
    await until(() => stage.results.length === 1);
    const [mail] = aws.state.sent;
    assert.ok(mail);
    assert.deepEqual(mail.destinations, ['ann@example.net', 'cy@example.net']);
    assert.doesNotMatch(mail.raw.toString(), /cy@example\.net/);
    const [record] = stage.results;
    assert.equal(record?.providerMessageId, mail.messageId);
    assert.match(mail.raw.toString(), new RegExp(`Message-ID: <${record?.messageId}>`, 'i'));
    assert.deepEqual(mail.tags['email-id'], record?.id);
  });

  it('lets SES fill in personal copies, each with its own way to unsubscribe', async () => {
    await open({}, true, { unsubscribe });
    await stage.send({
      to: people(60).map((address) => ({ address, substitutions: { name: `<${address}>` } })),
      subject: 'Dear {{name}}',
      body: { html: '<p>Hello {{name}}, <a href="$(unsubscribe)">leave</a></p>', text: '' },
    });
    await until(() => stage.results.length === 60);
    assert.deepEqual(new Set(results()), new Set(['sent']));
    assert.ok(calls('SendBulkEmail') < 20, `${calls('SendBulkEmail')} requests`);
    assert.equal(calls('SendEmail'), 0);
    const links = new Set<string>();
    for (const { raw, destinations } of aws.state.sent) {
      const mail = raw.toString();
      assert.match(mail, /List-Unsubscribe-Post: List-Unsubscribe=One-Click/);
      const link = /^List-Unsubscribe: (.*)$/im.exec(mail)?.[1] ?? '';
      links.add(link);
      assert.ok(destinations.length === 1);
    }
    assert.equal(links.size, 60);
    assert.equal(new Set(aws.state.sent.map(({ tags }) => tags['email-id'])).size, 60);
  });

  it('makes mail wait while the keys may not send, and sends it when they may', async () => {
    await open();
    aws.state.deny.add('ses:SendEmail');
    await stage.send({ to: 'ann@example.net', subject: 'Hi', payload: 'Good day' });
    await until(() => stage.app.state().routeDown);
    assert.deepEqual(results(), []);
    assert.match(stage.troubles[0]?.message ?? '', /no right to ses:Send(Raw)?Email/);
    aws.state.deny.clear();
    await until(() => results().length === 1, 1000);
    assert.deepEqual(results(), ['sent']);
  });

  it('does not send again what SES took without answering', async () => {
    await open({ script: ({ action }) => (action.endsWith('SendEmail') ? 'drop-answer' : undefined) });
    await stage.send({ to: 'ann@example.net', subject: 'Hi', payload: 'Good day' });
    await until(() => results().length === 1);
    assert.deepEqual(results(), ['unknown']);
    assert.equal(aws.state.sent.length, 1);
  });

  it('slows down when SES says so, and loses nothing', async () => {
    let refusals = 3;
    const script: AwsOptions['script'] = ({ action }) =>
      action.endsWith('SendEmail') && refusals-- > 0
        ? { code: 'TooManyRequestsException', message: 'Maximum sending rate exceeded.', status: 429 }
        : undefined;
    await open({ script });
    await stage.send({ to: people(10), subject: 'Hi', payload: 'Good day' });
    await until(() => results().length > 0);
    assert.ok(stage.app.state().rate < 800);
    await until(() => results().length === 10, 1000);
    assert.deepEqual(new Set(results()), new Set(['sent']));
    assert.equal(aws.state.sent.length, 10);
  });

  it('waits while the daily quota is used up, and fails nothing', async () => {
    await open({ account: { perDay: 100, sentToday: 97 } });
    await stage.send({ to: people(10), subject: 'Hi', payload: 'Good day' });
    await until(() => stage.app.state().quotaUsedUp && stage.app.state().sending === 0);
    await stage.clock.advance(minute);
    assert.ok(results().length < 10);
    aws.state.ses.account.sentToday = 0;
    await until(() => !stage.app.state().quotaUsedUp, 1000);
    await until(() => results().length === 10, 100);
    assert.deepEqual(new Set(results()), new Set(['sent']));
  });
});
