import assert from 'node:assert/strict';
import type { EventEmitter } from 'node:events';
import type { NodeMessageInFlow } from 'node-red';
import type { EmailAppNode } from '../../nodes/glue/running-app.ts';
import type { EmailApp } from '../../nodes/lib/app/email-app.ts';
import { sealToken } from '../../nodes/lib/unsubscribe/unsubscribe-token.ts';
import { openStage, type Stage } from '../support/node-stage.ts';

type Flow = Record<string, unknown>;
interface Failure {
  readonly code: string;
  readonly cause: { readonly field?: string };
}

describe('unsubscribe-filter', () => {
  let stage: Stage;

  beforeEach(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.close());

  let came: (NodeMessageInFlow | undefined)[];

  async function load(changes: Flow): Promise<void> {
    const node = {
      id: 'node',
      type: 'unsubscribe-filter',
      z: 'tab',
      app: 'app',
      ...{ recipients: 'to', recipientsType: 'msg', listTopic: 'listTopic', listTopicType: 'msg' },
      ...{ messageClass: 'marketing', messageClassType: 'str' },
      wires: [['out1'], ['out2'], ['out3']],
      ...changes,
    };
    const ends = ['out1', 'out2', 'out3', 'caught', 'completed'].map((id) => ({
      id,
      type: 'helper',
      z: 'tab',
    }));
    await stage.unload();
    await stage.load([
      { id: 'tab', type: 'tab' },
      { ...stage.app, route: 'none' },
      node,
      ...ends,
      { id: 'catcher', type: 'catch', z: 'tab', wires: [['caught']] },
      { id: 'completer', type: 'complete', z: 'tab', scope: ['node'], wires: [['completed']] },
    ]);
    for (const index of [0, 1, 2]) {
      stage.node(`out${index + 1}`).on('input', (message) => {
        came[index] = message;
      });
    }
  }

  const theApp = (): Promise<EmailApp> => (stage.node('app') as EmailAppNode).running;

  async function leave(address: string): Promise<void> {
    const { suppressions } = await theApp();
    await suppressions.add([{ address, cause: 'unsubscribe', method: 'page', at: Date.now() }]);
  }

  /** What the message led to on each of the three outputs. */
  async function receive(message: object): Promise<(NodeMessageInFlow | undefined)[]> {
    came = [];
    const completed = stage.next('completed');
    stage.node('node').receive(message as NodeMessageInFlow);
    await completed;
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    return came;
  }

  async function failure(message: object): Promise<Failure> {
    const caught = stage.next('caught');
    stage.node('node').receive(message as NodeMessageInFlow);
    return (await caught).error as Failure;
  }

  describe('filtering recipients', () => {
    it('divides them, says why, and leaves the rest of the message alone', async () => {
      await load({ mode: 'filter' });
      await leave('bob@example.net');
      const [allowed, removed] = await receive({
        to: ['ann@example.net', 'bob@example.net'],
        email: { mine: 1 },
        topic: 'Hello',
      });
      assert.deepEqual(
        [allowed?.to, allowed?.topic, allowed?.email],
        [['ann@example.net'], 'Hello', { mine: 1 }],
      );
      assert.deepEqual([removed?.to, removed?.topic], [['bob@example.net'], 'Hello']);
      const { mine, suppressed } = (removed?.email ?? {}) as { mine: number; suppressed: Flow[] };
      assert.deepEqual([mine, suppressed.length, suppressed[0]?.code], [1, 1, 'unsubscribed']);
    });

    it('emits nothing for an empty side', async () => {
      await load({ mode: 'filter' });
      await leave('bob@example.net');
      const [allowed, removed] = await receive({ to: 'ann@example.net' });
      assert.deepEqual([allowed?.to, removed], ['ann@example.net', undefined]);
      const [none, held] = await receive({ to: 'bob@example.net' });
      assert.deepEqual([none, held?.to], [undefined, 'bob@example.net']);
    });

    it('reads and rewrites another property, and takes its class from the message', async () => {
      await load({ recipients: 'payload.phone.owner', messageClass: 'kind', messageClassType: 'msg' });
      await leave('bob@example.net');
      const payload = { phone: { owner: 'bob@example.net, ann@example.net' } };
      const [allowed, removed] = await receive({ payload, kind: 'transactional' });
      const ownerOf = (message?: NodeMessageInFlow) =>
        (message?.payload as typeof payload | undefined)?.phone.owner;
      assert.deepEqual([ownerOf(allowed), ownerOf(removed)], ['ann@example.net', 'bob@example.net']);
    });

    it('lets nobody through when the list cannot be read, and tells the Catch node', async () => {
      await load({ mode: 'filter' });
      const app = await theApp();
      app.suppressions.find = () => Promise.reject(new Error('disk gone'));
      const message = { to: 'ann@example.net' };
      assert.equal((await failure(message)).code, 'internal-error');
      assert.equal(message.to, 'ann@example.net');
    });

    it('refuses bad recipients and fields by name', async () => {
      await load({ mode: 'filter', listTopic: '{', listTopicType: 'jsonata' });
      assert.equal((await failure({ to: 'a@b.example' })).cause.field, 'listTopic');
      await load({ mode: 'filter' });
      const { code, cause } = await failure({ to: ['ann@example.net', 'x'] });
      assert.deepEqual([code, cause.field], ['bad-address', 'msg.to[1]']);
    });
  });

  describe('processing requests', () => {
    const mail = {
      kind: 'mail',
      from: { address: 'ann@example.net' },
      to: [{ address: 'shop@example.com' }],
      subject: 'Hello',
      text: 'Please take me off',
      headers: {},
      auth: { dmarc: 'pass' },
    };

    it('records the request of a token, and then holds the recipient', async () => {
      await load({ mode: 'process' });
      const { keys, settings, suppressions } = await theApp();
      const token = sealToken({ appId: settings.appId, address: 'eve@example.net', emailId: 'x1' }, keys);
      const [recorded, other, unconfirmed] = await receive({ email: { ...mail, subject: token } });
      const { unsubscribe, from } = (recorded?.email ?? {}) as { unsubscribe: Flow; from: unknown };
      assert.deepEqual(
        [unsubscribe.address, unsubscribe.by, unsubscribe.added],
        ['eve@example.net', 'token', true],
      );
      assert.deepEqual([from, other, unconfirmed], [mail.from, undefined, undefined]);
      assert.equal((await suppressions.find(['eve@example.net'], Date.now())).size, 1);
    });

    it('hands other mails to output 2, and those without proof to output 3', async () => {
      const conditions = [{ property: 'email.text', operator: 'contains', value: 'take me off' }];
      await load({ mode: 'process', ruleMatch: 'any', conditions });
      const [, other] = await receive({ email: { ...mail, text: 'Hi' } });
      assert.equal(((other?.email ?? {}) as { subject?: string }).subject, 'Hello');
      const [, , unconfirmed] = await receive({ email: { ...mail, auth: {} } });
      const { unsubscribe } = (unconfirmed?.email ?? {}) as { unsubscribe: Flow };
      assert.deepEqual([unsubscribe.by, unsubscribe.address], ['rule', 'ann@example.net']);
      assert.ok((await receive({ email: mail }))[0]);
    });

    it('tells the Catch node of a condition that cannot be used, and of a message without mail', async () => {
      await load({
        mode: 'process',
        conditions: [{ property: 'topic', operator: 'matches-regex', value: '(?=a)' }],
      });
      const { code, cause } = await failure({ email: mail });
      assert.deepEqual([code, cause.field], ['bad-rule', 'rules[0].conditions[0].value']);
      await load({ mode: 'process' });
      assert.equal((await failure({ payload: 1 })).code, 'no-received-mail');
    });
  });

  describe('managing', () => {
    it('does what msg.payload says and answers there', async () => {
      await load({ mode: 'manage', wires: [['out1']] });
      const [added] = await receive({ payload: { action: 'add', address: 'ann@example.net' }, topic: 'x' });
      assert.deepEqual(added?.payload, { action: 'add', address: 'ann@example.net', added: true });
      assert.equal(added?.topic, 'x');
      const [{ payload } = assert.fail()] = await receive({ payload: { action: 'export' } });
      assert.match((payload as { csv: string }).csv, /ann@example\.net,,manual,/);
      assert.deepEqual((await receive({ payload: { action: 'count' } }))[0]?.payload, {
        action: 'count',
        count: 1,
      });
    });

    it('says how far an import is', async () => {
      await load({ mode: 'manage', wires: [['out1']] });
      const texts: string[] = [];
      const node: EventEmitter = stage.node('node');
      node.on('call:status', ({ args: [{ text }] }: { args: [{ text: string }] }) => {
        texts.push(text.split('.').at(-1) ?? '');
      });
      const csv = Array.from({ length: 3000 }, (_, n) => `reader${n}@example.net\n`).join('');
      const [imported] = await receive({ payload: { action: 'import', csv } });
      assert.equal((imported as { payload: { added: number } }).payload.added, 3000);
      assert.deepEqual([texts[0], texts.at(-1)], ['reading', 'done']);
    });

    it('leaves the message as it was when that is refused', async () => {
      await load({ mode: 'manage' });
      const message = { payload: { action: 'add' } };
      assert.deepEqual([(await failure(message)).code, message.payload], ['bad-request', { action: 'add' }]);
    });
  });

  it('says that its app is missing', async () => {
    await load({ app: 'nowhere' });
    assert.equal((await failure({ to: 'ann@example.net' })).code, 'missing-app');
  });
});
