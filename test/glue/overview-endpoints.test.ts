import assert from 'node:assert/strict';
import { adminRoutes } from '../../nodes/glue/admin-routes.ts';
import { deployedApps } from '../../nodes/glue/deployed-apps.ts';
import { overviewEndpoints } from '../../nodes/glue/overview-endpoints.ts';
import type { EmailAppNode } from '../../nodes/glue/running-app.ts';
import type { EmailApp } from '../../nodes/lib/app/email-app.ts';
import { EmailError } from '../../nodes/lib/kernel/errors.ts';
import type { AppOverview, ClosedApp } from '../../nodes/lib/overview/app-overview.ts';
import { metricsType } from '../../nodes/lib/overview/metrics-text.ts';
import { adminStage, ask, fromDialog } from '../support/admin-routes.ts';
import { appStage } from '../support/app-stage.ts';
import { readMetrics } from '../support/read-metrics.ts';
import { sampleSettings } from '../support/sample-settings.ts';

describe('the routes that tell how apps stand', () => {
  let deployed = deployedApps();
  const opened: EmailApp[] = [];
  const stage = adminStage((RED) =>
    overviewEndpoints(RED, adminRoutes(RED), {
      add: (...given) => deployed.add(...given),
      remove: (node) => deployed.remove(node),
      all: () => deployed.all(),
    }),
  );
  const get = (path: string, headers: object = {}) =>
    ask(stage.find(`GET /email-app/${path}`), { headers, params: {}, query: {} });
  const apps = async () => {
    const { body } = await ask(stage.find('GET /email-app/apps'), fromDialog({}));
    return (body as { apps: (AppOverview | ClosedApp)[] }).apps;
  };

  beforeEach(() => {
    deployed = deployedApps();
  });
  afterEach(() => Promise.all(opened.splice(0).map((app) => app.close())));

  function deploy(id: string, running: Promise<EmailApp>, config: object = {}): EmailAppNode {
    running.catch(() => {});
    const node = { id, type: 'email-app', credentials: {}, running } as unknown as EmailAppNode;
    deployed.add(node, { name: 'Shop', identity: 'example.com', appId: 'app00001', ...config });
    return node;
  }
  function open(id: string, changes: Parameters<typeof sampleSettings>[0] = {}) {
    const { app } = appStage({ settings: sampleSettings(changes) });
    opened.push(app);
    deploy(id, Promise.resolve(app));
    return app;
  }
  const closed = (code: 'store-in-use' = 'store-in-use') =>
    Promise.reject(new EmailError(code, { detail: { value: '/data' } }));

  it('know no app when none is deployed', async () => {
    assert.deepEqual(await apps(), []);
    assert.deepEqual([(await get('health')).status, (await get('health')).body], [200, { status: 'good' }]);
    assert.equal((await get('metrics')).body, '');
  });

  it('tell of those that run, and why others do not', async () => {
    open('n1');
    deploy('n2', closed(), { name: '', identity: 'example.org', appId: 'app00002' });
    const [first, second] = await apps();
    assert.deepEqual([first?.nodeId, first?.name, 'failure' in (first ?? {})], ['n1', 'Shop', false]);
    assert.deepEqual(second, {
      nodeId: 'n2',
      name: 'example.org',
      identity: 'example.org',
      failure: {
        code: 'store-in-use',
        text: 'The folder /data is already in use by another running program.',
      },
    });
  });

  it('forget an app that is taken away', async () => {
    const node = deploy('n1', closed());
    deployed.remove(node);
    assert.deepEqual(await apps(), []);
  });

  it('do not wait for an app that takes long to open', async () => {
    deploy('n1', new Promise<EmailApp>(() => {}));
    const [only] = await apps();
    assert.equal(only && 'failure' in only && only.failure.code, 'app-closed');
  }).timeout(5000);

  it('tell a load balancer one word, without any header', async () => {
    const app = open('n1');
    assert.deepEqual((await get('health')).body, { status: 'good' });
    await app.pause();
    opened.push(app);
    deploy('n2', closed());
    const { status, body, headers } = await get('health');
    assert.deepEqual([status, body, headers['cache-control']], [503, { status: 'bad' }, 'no-store']);
  });

  it('answer 200 for what only wants a look', async () => {
    await open('n1').pause();
    const { status, body } = await get('health');
    assert.deepEqual([status, body], [200, { status: 'warning' }]);
  });

  it('give metrics of every app, without naming anybody who gets mail', async () => {
    const app = open('n1', { name: 'a "shop"\nof \\ours' });
    open('n2', { appId: 'app00002' });
    deploy('n3', closed(), { appId: 'app00003' });
    deploy('n4', closed(), { appId: 'app00001' });
    deploy('n5', closed(), { appId: 'app00003' });
    await app.suppressions.add([{ address: 'x@example.net', cause: 'manual', method: 'api', at: 1 }]);
    await app.events.append([{ type: 'email.sent', at: Date.now(), recipient: 'y@example.net' }]);
    const { status, headers, body } = await get('metrics');
    assert.deepEqual([status, headers['content-type']], [200, metricsType]);
    assert.doesNotMatch(String(body), /example\.net/);
    const metrics = readMetrics(String(body));
    const readingOf = (metric: string, labels: object) =>
      metrics
        .get(metric)
        ?.samples.find((one) => Object.entries(labels).every(([name, value]) => one.labels[name] === value))
        ?.value;
    assert.deepEqual(
      metrics.get('email_app_up')?.samples.map(({ labels, value }) => [labels.app, value]),
      [
        ['app00001', 1],
        ['app00002', 1],
        ['app00003', 0],
        ['n4', 0],
        ['n5', 0],
      ],
    );
    assert.equal(readingOf('email_app_info', { name: 'a "shop"\nof \\ours' }), 1);
    assert.equal(readingOf('email_app_events_total', { app: 'app00001', event: 'sent' }), 1);
    assert.equal(readingOf('email_app_events_total', { app: 'app00002', event: 'sent' }), 0);
    assert.equal(readingOf('email_app_suppressions', { app: 'app00001' }), 1);
    assert.equal(readingOf('email_app_store_ok', { app: 'app00001' }), 1);
    assert.equal(readingOf('email_app_queue_mails', { app: 'app00001', state: 'waiting' }), 0);
    for (const { samples } of metrics.values())
      for (const { labels } of samples) assert.ok(labels.app && labels.route !== undefined);
    for (const [name, { type }] of metrics) assert.equal(type === 'counter', name.endsWith('_total'), name);
  });
});
