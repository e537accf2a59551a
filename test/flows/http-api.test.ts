import assert from 'node:assert/strict';
import { simpleParser } from 'mailparser';
import { Webhook } from 'standardwebhooks';
import { apiKeys, type HttpApi, openHttpApi, shopAuthorization, webhookSecret } from '../support/http-api.ts';
import type { StubRequest } from '../support/http-stub.ts';

const order = {
  channel: 'email',
  from: 'shop@example.com',
  to: [
    { email: ['ada@example.org'], substitutions: { name: 'Ada' }, correlationId: 'order-17' },
    { email: ['grace@example.org'], substitutions: { name: 'Grace' } },
  ],
  content: { type: 'html', subject: 'Your order', html: '<p>Hello {{name}}</p>', text: 'Hello {{name}}' },
};
const text = { type: 'text', subject: 'Your order', text: 'Thank you.' };
const simple = { ...order, to: [{ email: ['ada@example.org'] }], content: text };
/** Accepted, and not sent while the test runs. */
const tomorrow = () => ({ ...simple, sendAt: new Date(Date.now() + 86_400_000).toISOString() });
const manyTo = (count: number) => ({
  ...tomorrow(),
  to: [{ email: Array.from({ length: count }, (_, n) => `reader${n}@example.org`) }],
});

interface Receipt {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

describe('the example “HTTP API”', function () {
  this.timeout(60_000);
  let api: HttpApi;
  const heard = new Set<() => void>();

  before(async () => {
    api = await openHttpApi(() => {
      setImmediate(() => {
        for (const look of heard) look();
      });
      return { status: 204 };
    });
  });
  after(() => api?.close());

  /** What was posted to a path, once that many came; each with a signature that holds. */
  async function receipts(path: string, count: number): Promise<Receipt[]> {
    const posted = () => api.receiver.requests.filter((request) => request.path === path);
    await new Promise<void>((resolve) => {
      const look = () => posted().length >= count && resolve();
      heard.add(look);
      look();
    });
    return posted().map(verified);
  }

  it('answers 201 with an id for each mail, and sends them', async () => {
    const { status, body } = await api.post(order);
    assert.equal(status, 201, JSON.stringify(body));
    assert.equal(body.status, 'queued');
    assert.ok(Math.abs(Date.parse(String(body.requestTimestamp)) - Date.now()) < 60_000);
    const messages = body.messages as { id: string; to: string; correlationId?: string }[];
    assert.deepEqual(
      messages.map(({ to, correlationId }) => [to, correlationId]),
      [
        ['ada@example.org', 'order-17'],
        ['grace@example.org', undefined],
      ],
    );
    assert.equal(new Set(messages.map(({ id }) => id)).size, 2);
    assert.deepEqual([body.messageId, body.correlationId], [messages[0]?.id, 'order-17']);
    const mails = await api.bench.sink.holds(2);
    const texts = await Promise.all(mails.map(async ({ raw }) => (await simpleParser(raw)).text?.trim()));
    assert.deepEqual(texts.sort(), ['Hello Ada', 'Hello Grace']);
  });

  const strangers: [string, Record<string, string>][] = [
    ['no key', { key: '' }],
    ['a wrong key', { key: `${apiKeys.shop}0` }],
    ['the key as a bearer', { key: '', authorization: `Bearer ${apiKeys.shop}` }],
  ];
  for (const [what, headers] of strangers) {
    it(`answers 401 to ${what}, whatever else the request holds`, async () => {
      for (const body of [simple, {}]) {
        const answer = await api.post(body, headers);
        assert.equal(answer.status, 401);
        assert.equal(answer.body.code, 'bad-api-key');
        assert.equal(answer.headers.get('www-authenticate'), 'ApiKey header="key"');
      }
    });
  }

  const refusals: [string, unknown, string, RegExp][] = [
    ['a body without recipients', { ...order, to: [] }, 'bad-request', /^to/],
    ['a field that is not known', { ...order, contnet: {} }, 'bad-request', /contnet|^$/],
    ['an address that is none', { ...order, to: [{ email: ['ada'] }] }, 'bad-address', /^to\[0\]/],
    ['a sender that is not the app’s', { ...order, from: 'boss@example.net' }, 'sender-not-allowed', /^from/],
    [
      'a value that is missing',
      { ...order, to: [{ email: ['ada@example.org'], substitutions: { nam: 'Ada' } }] },
      'missing-substitution',
      /./,
    ],
    ['1,001 destinations', manyTo(1001), 'too-many-recipients', /^to$/],
    ['a bad notifyUrl', { ...simple, notifyUrl: 'https://shop.example/ ' }, 'wrong-type', /^notifyUrl$/],
    ['a private notifyUrl', { ...simple, notifyUrl: 'https://10.0.0.1/' }, 'not-supported', /^notifyUrl$/],
  ];
  for (const [what, body, code, path] of refusals) {
    it(`answers 400 with code, message and path for ${what}`, async () => {
      const sent = api.bench.sink.mails.length;
      const answer = await api.post(body);
      assert.equal(answer.status, 400, JSON.stringify(answer.body));
      assert.equal(answer.body.code, code);
      assert.match(String(answer.body.path ?? ''), path);
      assert.match(String(answer.body.message), /^[A-Z“1].* .*\.$/);
      assert.equal(api.bench.sink.mails.length, sent);
    });
  }

  describe('with an idempotency key', () => {
    const headers = { 'idempotency-key': '"7b1c-42"' };
    let first: unknown;

    it('answers the second request with the first mail', async () => {
      const answers = [await api.post(tomorrow(), headers), await api.post(tomorrow(), headers)];
      assert.deepEqual(
        answers.map(({ status }) => status),
        [201, 201],
      );
      first = answers[0]?.body.messageId;
      assert.equal(answers[1]?.body.messageId, first);
    });

    it('takes it in the body, too', async () => {
      const { body } = await api.post({ ...tomorrow(), idempotencyKey: '7b1c-42' });
      assert.equal(body.messageId, first);
    });

    it('answers 409 for another mail', async () => {
      const answer = await api.post({ ...tomorrow(), correlationId: 'other' }, headers);
      assert.equal(answer.status, 409);
      assert.deepEqual([answer.body.code, answer.body.path], ['idempotency-conflict', 'idempotencyKey']);
    });

    it('keeps the keys of callers apart', async () => {
      const { status, body } = await api.post(tomorrow(), { ...headers, key: apiKeys.crm });
      assert.equal(status, 201);
      assert.notEqual(body.messageId, first);
    });
  });

  describe('with a notifyUrl', () => {
    it('posts the receipts that were asked for, signed', async () => {
      const path = '/receipts/submitted';
      const { body } = await api.post({
        ...simple,
        notifyUrl: `${api.receiver.endpoint}${path}`,
        requestedReceipts: ['submitted', 'bounced'],
        callbackData: 'order 17',
      });
      const [receipt, ...more] = await receipts(path, 1);
      assert.deepEqual(more, []);
      assert.equal(receipt?.type, 'email.sent');
      const { emailId, recipient, callbackData } = receipt?.data ?? {};
      assert.deepEqual([emailId, recipient, callbackData], [body.messageId, 'ada@example.org', 'order 17']);
      assert.ok(!('notify' in (receipt?.data ?? {})));
    });

    it('posts all of them, in their order, where none were named', async () => {
      await api.post({ ...simple, notifyUrl: `${api.receiver.endpoint}/receipts/all` });
      const types = (await receipts('/receipts/all', 2)).map(({ type }) => type);
      assert.deepEqual(types, ['email.queued', 'email.sent']);
    });

    it('posts with the authorization that the caller names', async () => {
      const path = '/receipts/authorized';
      const { status } = await api.post({
        ...simple,
        notifyUrl: `${api.receiver.endpoint}${path}`,
        notifyUrlAuthId: 'shop',
        requestedReceipts: ['submitted'],
      });
      assert.equal(status, 201);
      await receipts(path, 1);
      const posted = api.receiver.requests.map((request) => [request.path, request.headers.authorization]);
      assert.deepEqual(
        posted.filter(([, authorization]) => authorization !== undefined),
        [[path, shopAuthorization]],
      );
    });

    it('gives up the receipts of a caller whose authorization is not there, and sends the mail', async () => {
      const sent = api.bench.sink.mails.length;
      const asked = {
        notifyUrl: `${api.receiver.endpoint}/receipts/unauthorized`,
        notifyUrlAuthId: 'crm',
        requestedReceipts: ['submitted'],
      };
      const { status } = await api.post({ ...simple, ...asked }, { key: apiKeys.crm });
      assert.equal(status, 201);
      await api.bench.sink.holds(sent + 1);
      const [givenUp] = await api.bench.results.reach('given up', 1);
      const email = givenUp?.email as { webhook?: { status: string; code: string } } | undefined;
      assert.deepEqual([email?.webhook?.status, email?.webhook?.code], ['failed', 'unknown-authorization']);
    });

    it('posts nothing of what was not asked for', () => {
      const paths = new Set(api.receiver.requests.map(({ path }) => path));
      assert.deepEqual([...paths], ['/receipts/submitted', '/receipts/all', '/receipts/authorized']);
      assert.equal(api.receiver.requests.length, 4);
    });
  });

  it('answers 429 and says when to come again, to that caller alone', async () => {
    const asErp = { key: apiKeys.erp };
    assert.equal((await api.post(manyTo(1000), asErp)).status, 201);
    const { status, headers, body } = await api.post(tomorrow(), asErp);
    assert.equal(status, 429);
    assert.equal(body.code, 'too-many-requests');
    assert.match(String(headers.get('retry-after')), /^\d+$/);
    assert.ok(Number(headers.get('retry-after')) <= 60);
    assert.equal((await api.post(tomorrow())).status, 201);
  });

  describe('deployed otherwise', () => {
    it('answers 400 for a notifyUrl, and only for that, while nobody posts there', async () => {
      const { nodeRed, flows } = api.bench;
      await nodeRed.deploy(flows.filter(({ type }) => type !== 'webhook-out'));
      const notifyUrl = `${api.receiver.endpoint}/receipts/none`;
      const { status, body } = await api.post({ ...tomorrow(), notifyUrl });
      assert.deepEqual([status, body.code, body.path], [400, 'no-notifier', 'notifyUrl']);
      assert.equal((await api.post(tomorrow())).status, 201);
    });

    it('lets nobody in, and tells strangers nothing, while a key is missing', async () => {
      const { nodeRed, flows } = api.bench;
      const keyless = { apiKeys: [{ name: 'shop', variable: 'NOT_THERE' }] };
      await nodeRed.deploy(
        flows.map((node) => (node.type === 'send-email' ? { ...node, ...keyless } : node)),
      );
      const { status, body } = await api.post(simple);
      assert.equal(status, 500);
      assert.ok(!JSON.stringify(body).includes('NOT_THERE'));
      assert.match(nodeRed.log(), /the environment variable NOT_THERE is empty/);
    });
  });
});

/** By the published library, with the secret that the node has. */
function verified({ body, headers }: StubRequest): Receipt {
  return new Webhook(webhookSecret).verify(body, headers as Record<string, string>) as Receipt;
}
