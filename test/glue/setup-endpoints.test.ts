import assert from 'node:assert/strict';
import { adminRoutes } from '../../nodes/glue/admin-routes.ts';
import { setupEndpoints } from '../../nodes/glue/setup-endpoints.ts';
import type { EmailApp } from '../../nodes/lib/app/email-app.ts';
import { type Clock, systemClock } from '../../nodes/lib/kernel/clock.ts';
import { type Answered, adminStage, ask, fromDialog } from '../support/admin-routes.ts';
import { testKeys } from '../support/aws/aws-world.ts';
import { type AwsStandIn, startAws } from '../support/aws/start-aws.ts';
import { memoryOutbox } from '../support/memory-outbox.ts';
import { memorySuppressionList } from '../support/memory-suppression-list.ts';
import { sampleSettings } from '../support/sample-settings.ts';
import { openZoneServer, type ZoneServer } from '../support/zone-server.ts';

/** A second of it, which calls to AWS leave between them, takes 20 ms. */
const hurried: Clock = {
  now: () => 50 * Date.now(),
  after: (delay, action) => systemClock.after(delay / 50, action),
};

describe('the routes of the set-up', () => {
  let aws: AwsStandIn;
  let zone: ZoneServer;
  let stage: ReturnType<typeof adminStage>;
  const answers: Answered[] = [];
  const suppressions = memorySuppressionList();
  /** One app runs. */
  const app = { settings: sampleSettings(), events: {}, suppressions, notes: memoryOutbox() };
  const find = (appId: string) => (appId === 'app00002' ? (app as unknown as EmailApp) : undefined);

  before(async () => {
    zone = await openZoneServer();
    aws = await startAws({ dns: zone.lookup, verified: ['shop.example'] });
    stage = adminStage((RED) => setupEndpoints(RED, adminRoutes(RED), { find }, hurried), {
      emailAppDnsServers: [zone.address],
    });
  });
  after(async () => {
    await aws.close();
    await zone.close();
  });

  async function call(path: string, extra: object = {}, config: object = {}): Promise<Answered> {
    const dialog = {
      id: 'new',
      config: {
        appId: 'app00001',
        identity: 'example.com',
        route: 'ses',
        region: 'eu-central-1',
        awsAuth: 'keys',
        awsEndpoint: aws.endpoint,
        ...config,
      },
      credentials: testKeys,
      ...extra,
    };
    const answer = await ask(stage.find(`POST /email-app/${path}`), fromDialog(dialog));
    answers.push(answer);
    return answer;
  }

  /** The last line of a live answer. */
  const resultOf = ({ body }: Answered) => JSON.parse(String(body).trim().split('\n').at(-1) ?? '').result;

  const json = async (path: string, extra?: object, config?: object) =>
    (await call(path, extra, config)).body as Record<string, Record<string, unknown> | undefined>;

  it('say what SES knows of a domain', async () => {
    const { identity, records } = await json('setup/look');
    assert.equal(identity?.how, 'none');
    assert.ok(Array.isArray(records));
  });

  it('tell of the steps line by line, and of the report at the end', async () => {
    const { body, headers } = await call('setup/prepare', { mayChange: [] });
    assert.equal(headers['content-type'], 'application/x-ndjson');
    const lines = String(body)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.equal(lines[0].step.state, 'running');
    assert.ok(lines.slice(0, -1).every(({ step }) => typeof step.text === 'string'));
    assert.equal(lines.at(-1).result.identity.how, 'created');
  });

  it('leave an identity that was there as it is, until its change is agreed to', async () => {
    const config = { identity: 'shop.example', setupDkim: 'off' };
    const prepare = async (mayChange: string[]) =>
      resultOf(await call('setup/prepare', { mayChange }, config)).differences.map(
        ({ setting }: { setting: string }) => setting,
      );
    assert.deepEqual(await prepare(['region', 'mail-from']), ['dkim-signing']);
    assert.deepEqual(await prepare(['dkim-signing']), []);
  });

  it('end a failure as a result, too', async () => {
    aws.state.deny.add('ses:GetEmailIdentity');
    const answer = await call('setup/prepare');
    aws.state.deny.clear();
    assert.equal(resultOf(answer).code, 'aws-denied');
  });

  it('write a policy without asking AWS', async () => {
    const calls = aws.state.calls.length;
    const { policy } = await json('setup/policy', { features: ['sending'] });
    assert.match(JSON.stringify(policy), /ses:SendRawEmail/);
    assert.equal(aws.state.calls.length, calls);
  });

  it('list the configuration sets', async () =>
    assert.deepEqual(await json('ses/configuration-sets'), { sets: [] }));

  it('need a running app for its list', async () =>
    assert.equal((await json('setup/suppression')).code, 'missing-app'));

  it('show, take over and switch off the list of the account, for an app that runs', async () => {
    const config = { appId: 'app00002' };
    const list = [{ address: 'gone@example.net', reason: 'BOUNCE', at: Date.now() }] as const;
    for (const entry of list) aws.state.ses.suppressed.set(entry.address, entry);
    assert.equal((await json('setup/suppression', {}, config)).on, true);
    await call('setup/suppression-take', {}, config);
    const { entries } = await suppressions.list({ limit: 10 });
    assert.deepEqual(
      entries.map(({ address, cause }) => [address, cause]),
      [['gone@example.net', 'hard-bounce']],
    );
    assert.equal(resultOf(await call('setup/suppression-off', {}, config)).on, false);
  });

  it('are for Amazon SES only', async () => {
    const { code, field } = await json('setup/look', {}, { route: 'capture' });
    assert.deepEqual([code, field], ['bad-settings', 'route']);
  });

  it('have told no secret', () =>
    assert.equal(JSON.stringify(answers).includes(testKeys.secretAccessKey), false));
});
