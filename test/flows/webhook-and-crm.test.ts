import assert from 'node:assert/strict';
import { simpleParser } from 'mailparser';
import { Webhook } from 'standardwebhooks';
import type { FlowNode } from '../../demo/example-flows.ts';
import { type FlowBench, openFlowBench } from './flow-bench.ts';

type Fields = Record<string, unknown>;

const secret = `whsec_${Buffer.alloc(24, 5).toString('base64')}`;

/** Gives both sides the secret. */
function withSecret(node: FlowNode): FlowNode {
  if (node.name === 'tell the webhook') return { ...node, credentials: { secret } };
  if (!Array.isArray(node.env)) return node;
  const isSecret = ({ name }: { name: string }) => name === 'WEBHOOK_SECRET';
  return {
    ...node,
    env: node.env.map((one) => (isSecret(one) ? { ...one, type: 'str', value: secret } : one)),
  };
}

describe('the example “One-click unsubscribe to webhook and CRM”', function () {
  this.timeout(30_000);
  let bench: FlowBench;
  const payload = (name: string, index: number) => bench.results.at(name)[index]?.payload as Fields;

  before(async () => {
    bench = await openFlowBench({
      example: 'One-click unsubscribe to webhook and CRM',
      adjust: withSecret,
    });
    await bench.press('send the newsletter');
    await bench.results.reach('sent', 1);
  });
  after(() => bench?.close());

  it('tells both systems of the reader who pressed the button', async () => {
    const [mail] = await bench.sink.holds(1);
    const { text } = await simpleParser(String(mail?.raw));
    const [, link] = /Unsubscribe: (http\S+)/.exec(String(text)) ?? [];
    const form = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' });
    assert.equal((await fetch(String(link), { method: 'POST', body: form })).status, 200);
    await bench.results.reach('webhook came', 1);
    await bench.results.reach('CRM came', 1);
    const { type, data } = payload('webhook came', 0) as { type: string; data: Fields };
    assert.equal(type, 'unsubscribe.added');
    assert.equal(payload('webhook came', 0).signature, 'verified');
    assert.deepEqual(
      [data.recipient, data.listTopic, data.correlationId, data.from],
      ['ada@example.org', 'newsletter', 'customer-1815', 'shop@example.com'],
    );
    const { at, ...told } = payload('CRM came', 0);
    assert.deepEqual(told, { contact: 'ada@example.org', change: 'unsubscribe.added', by: 'one-click' });
    assert.ok(Math.abs(Date.parse(String(at)) - Date.now()) < 60_000);
    await bench.results.reach('delivered', 2);
  });

  it('tells them that the reader came back', async () => {
    await bench.press('Ada comes back');
    await bench.results.reach('webhook came', 2);
    await bench.results.reach('CRM came', 2);
    assert.equal(payload('webhook came', 1).type, 'unsubscribe.removed');
    assert.equal(payload('CRM came', 1).change, 'unsubscribe.removed');
  });

  const body = '{"type":"test","timestamp":"2026-01-05T12:00:00.000Z","data":{}}';
  const aged = (minutes: number) => new Date(Date.now() - minutes * 60_000);
  const signedAt = (at: Date, of = body) => ({
    'webhook-id': 'one',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign('one', at, of),
  });
  for (const [title, headers, status] of [
    ['takes what the library for Standard Webhooks signed', signedAt(aged(0)), 204],
    ['takes one good signature among others', { ...signedAt(aged(0)), two: 'v1,AAAA v1a,BBBB' }, 204],
    ['refuses a signature of another body', signedAt(aged(0), '{}'), 401],
    ['refuses what was signed long ago', signedAt(aged(6)), 401],
    ['refuses what is not signed', {}, 401],
  ] as const) {
    it(`${title}, on the other side`, async () => {
      const { two, ...given } = headers as Record<string, string>;
      if (two) given['webhook-signature'] = `${two} ${given['webhook-signature']}`;
      const url = `${bench.nodeRed.url}/example-webhook`;
      const sent = { ...given, 'content-type': 'application/json' };
      assert.equal((await fetch(url, { method: 'POST', headers: sent, body })).status, status);
    });
  }

  it('gives nothing up', () => {
    assert.equal(bench.results.at('given up').length + bench.results.at('not posted').length, 0);
  });
});
