import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findFreePort } from '../support/start-node-red.ts';
import { type FlowBench, openFlowBench } from './flow-bench.ts';

type Email = Record<string, unknown>;

describe('the example “Inbound support mailbox with rules”', function () {
  this.timeout(30_000);
  let bench: FlowBench;

  before(async () => {
    const receiverPort = await findFreePort();
    bench = await openFlowBench({ example: 'Inbound support mailbox with rules', receiverPort });
  });
  after(() => bench?.close());

  for (const [button, output, subject] of [
    ['about an order', 'orders', 'Where is order 4711?'],
    ['about something else', 'all else', 'A question'],
    ['from a holiday', 'holidays', 'Out of office'],
  ] as const) {
    it(`leads a mail ${button} to “${output}”`, async () => {
      await bench.press(button);
      await bench.results.reach(output, 1);
      const email = bench.results.at(output)[0]?.email as Email | undefined;
      assert.equal(email?.subject, subject);
    });
  }

  it('leads each of them there only', () => {
    const counts = ['orders', 'all else', 'holidays', 'automatic'].map(
      (name) => bench.results.at(name).length,
    );
    assert.deepEqual(counts, [1, 1, 1, 0]);
  });

  it('answers customers at once, and says that a program does', async () => {
    const answers = await bench.results.reach('customer got', 2);
    const told = answers.map(({ email }) => email as unknown as Email);
    assert.deepEqual(told.map(({ subject }) => subject).sort(), [
      'Re: A question',
      'Re: Where is order 4711?',
    ]);
    for (const { kind, from } of told) {
      assert.deepEqual(
        [kind, (from as { address: string }).address],
        ['auto-reply', 'support@shop.example.com'],
      );
    }
  });

  it('writes no answer to that answer', () => {
    assert.equal(bench.results.at('acknowledged').length, 2);
    assert.equal(bench.results.at('no answer').length, 0);
  });

  it('keeps what a customer attached', async () => {
    const [{ filename } = { filename: '' }] = await bench.results.reach('kept', 1);
    assert.match(String(filename), /^support-attachments\/[\w-]+-green\.txt$/);
    const kept = await readFile(join(bench.nodeRed.userDir, String(filename)), 'utf8');
    assert.equal(kept, 'The colour of green tea.\n');
  });
});

describe('the example “Unsubscribe by mail”', function () {
  this.timeout(30_000);
  let bench: FlowBench;

  before(async () => {
    bench = await openFlowBench({ example: 'Unsubscribe by mail', receiverPort: await findFreePort() });
  });
  after(() => bench?.close());

  const unsubscribeAt = (name: string) =>
    ((bench.results.at(name)[0]?.email ?? {}) as { unsubscribe?: Email }).unsubscribe ?? {};

  it('records a reader whose mail program answers the header', async () => {
    await bench.press('send the newsletter');
    await bench.results.reach('Ada got', 1);
    await bench.press('Ada unsubscribes');
    await bench.results.reach('recorded', 1);
    const { address, listTopic, by, added } = unsubscribeAt('recorded');
    assert.deepEqual(
      [address, listTopic, by, added],
      ['ada@reader.example.org', 'newsletter', 'token', true],
    );
  });

  it('tells of it as an event', async () => {
    await bench.results.reach('unsubscribed', 1);
    const { type, recipient, listTopic, detail } = (bench.results.at('unsubscribed')[0]?.payload ??
      {}) as Email;
    assert.deepEqual(
      [type, recipient, listTopic, (detail as Email).method],
      ['unsubscribe.added', 'ada@reader.example.org', 'newsletter', 'mailto'],
    );
  });

  it('sends that reader no other newsletter', async () => {
    await bench.press('send the newsletter');
    await bench.results.reach('held', 1);
    assert.equal(bench.results.at('sent').length, 1);
  });

  it('takes nobody’s word for who wants to leave', async () => {
    await bench.press('somebody writes');
    await bench.results.reach('needs confirmation', 1);
    assert.equal(unsubscribeAt('needs confirmation').reason, 'its sender is not authenticated');
  });
});
