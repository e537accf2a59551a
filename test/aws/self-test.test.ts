import assert from 'node:assert/strict';
import { adminRoutes } from '../../nodes/glue/admin-routes.ts';
import { setupEndpoints } from '../../nodes/glue/setup-endpoints.ts';
import type { EmailApp } from '../../nodes/lib/app/email-app.ts';
import { openEmailApp } from '../../nodes/lib/app/open-email-app.ts';
import type { SelfTestReport } from '../../nodes/lib/setup/self-test-step.ts';
import { setupNames } from '../../nodes/lib/setup/setup-names.ts';
import { adminStage, ask, fromDialog } from '../support/admin-routes.ts';
import { testKeys } from '../support/aws/aws-world.ts';
import { type AwsStandIn, startAws } from '../support/aws/start-aws.ts';
import { processWorld } from '../support/process-world.ts';
import { sampleSettings } from '../support/sample-settings.ts';
import { setUpSes } from '../support/set-up-ses.ts';
import { temporaryFolder } from '../support/sqlite-outbox.ts';

const appId = 'app00001';
const region = 'eu-central-1';

describe('the self-test beside an app that reads the same queue', function () {
  this.timeout(60_000);
  const { folder, remove } = temporaryFolder();
  let aws: AwsStandIn;
  let app: EmailApp;
  let stage: ReturnType<typeof adminStage>;

  before(async () => {
    aws = await startAws({ verified: ['example.com'], account: { perSecond: 1000 } });
    const access = { region, keys: testKeys, endpoint: aws.endpoint };
    await setUpSes(access);
    const settings = sampleSettings({
      route: { kind: 'ses', aws: access, bulk: false },
      events: { ...sampleSettings().events, ses: { by: 'queue', topics: [] } },
    });
    app = await openEmailApp(settings, processWorld(folder));
    const find = (id: string) => (id === appId ? app : undefined);
    stage = adminStage((RED) => setupEndpoints(RED, adminRoutes(RED), { find }));
  });
  after(async () => {
    await app.close();
    await aws.close();
    remove();
  });

  async function selfTest(config: object = {}): Promise<SelfTestReport> {
    const ses = { route: 'ses', region, awsAuth: 'keys', awsEndpoint: aws.endpoint };
    const { configurationSet } = setupNames(appId);
    const dialog = {
      id: 'app1',
      config: { appId, identity: 'example.com', ...ses, configurationSet, ...config },
      credentials: testKeys,
    };
    const { body } = await ask(stage.find('POST /email-app/setup/selftest'), fromDialog(dialog));
    return JSON.parse(String(body).trim().split('\n').at(-1) ?? '').result;
  }

  it('hears of its bounce and its complaint from that app', async () => {
    const { passed, steps } = await selfTest();
    assert.equal(passed, true, JSON.stringify(steps));
    assert.deepEqual(
      ['bounce', 'complaint'].map((name) => steps.find((step) => step.name === name)?.state),
      ['passed', 'passed'],
    );
    const { events } = await app.events.log.read({ limit: 100 });
    assert.deepEqual(
      events.map(({ type }) => type).filter((type) => /bounced|complained/.test(type)),
      ['email.bounced', 'email.complained'],
    );
  });

  /** Ends after its first step. */
  async function queuesAskedFor(config: object): Promise<number> {
    const asked = () => aws.state.calls.filter(({ action }) => action === 'GetQueueUrl').length;
    const before = asked();
    aws.state.deny.add('ses:GetAccount');
    const { broke } = await selfTest(config);
    aws.state.deny.clear();
    assert.equal(broke, 'keys');
    return asked() - before;
  }

  it('leaves its queue alone', async () => assert.equal(await queuesAskedFor({}), 0));

  it('has a queue of its own where the dialog names another account', async () =>
    assert.equal(await queuesAskedFor({ awsEndpoint: aws.endpoint.replace('127.0.0.1', 'localhost') }), 1));
});
