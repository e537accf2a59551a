import assert from 'node:assert/strict';
import { simpleParser } from 'mailparser';
import { type FlowBench, openFlowBench } from './flow-bench.ts';

const order = {
  channel: 'email',
  from: 'shop@example.com',
  to: [
    { email: ['ada@example.org'], substitutions: { name: 'Ada' }, correlationId: 'order-17' },
    { email: ['grace@example.org'], substitutions: { name: 'Grace' } },
  ],
  content: { type: 'html', subject: 'Your order', html: '<p>Hello {{name}}</p>', text: 'Hello {{name}}' },
};

describe('the example “HTTP API”', function () {
  this.timeout(30_000);
  let bench: FlowBench;

  before(async () => {
    bench = await openFlowBench({ example: 'HTTP API' });
  });
  after(() => bench?.close());

  async function post(body: unknown) {
    const answer = await fetch(`${bench.nodeRed.url}/v2/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }

  it('answers 201 with an id for each mail, and sends them', async () => {
    const { status, body } = await post(order);
    assert.equal(status, 201);
    assert.equal(body.status, 'queued');
    const messages = body.messages as { id: string; to: string; correlationId?: string }[];
    assert.deepEqual(
      messages.map(({ to, correlationId }) => [to, correlationId]),
      [
        ['ada@example.org', 'order-17'],
        ['grace@example.org', undefined],
      ],
    );
    assert.equal(new Set(messages.map(({ id }) => id)).size, 2);
    const mails = await bench.sink.holds(2);
    const texts = await Promise.all(mails.map(async ({ raw }) => (await simpleParser(raw)).text?.trim()));
    assert.deepEqual(texts.sort(), ['Hello Ada', 'Hello Grace']);
  });

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
  ];
  for (const [what, body, code, path] of refusals) {
    it(`answers 400 with code, message and path for ${what}`, async () => {
      const sent = bench.sink.mails.length;
      const answer = await post(body);
      assert.equal(answer.status, 400, JSON.stringify(answer.body));
      assert.equal(answer.body.code, code);
      assert.match(String(answer.body.path ?? ''), path);
      assert.match(String(answer.body.message), /\w+ .*\.$/);
      assert.equal(bench.sink.mails.length, sent);
    });
  }
});
