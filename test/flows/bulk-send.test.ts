import assert from 'node:assert/strict';
import { simpleParser } from 'mailparser';
import { type FlowBench, openFlowBench } from './flow-bench.ts';

describe('the example “Bulk personal send”', function () {
  this.timeout(30_000);
  let bench: FlowBench;

  before(async () => {
    bench = await openFlowBench({ example: 'Bulk personal send' });
    await bench.press('the first');
    await bench.results.reach('summary', 1);
  });
  after(() => bench?.close());

  it('sends each person a copy of their own', async () => {
    const seen = await Promise.all(
      bench.sink.mails.map(async ({ to, raw }) => {
        const { subject, to: header } = await simpleParser(raw);
        return { to, subject, header: [header].flat().map((field) => field?.text) };
      }),
    );
    assert.deepEqual(
      seen.sort((a, b) => String(a.to).localeCompare(String(b.to))),
      [
        {
          to: ['ada@example.org'],
          subject: 'Ada, you have 120 points',
          header: ['"Ada Lovelace" <ada@example.org>'],
        },
        {
          to: ['alan@example.net'],
          subject: 'Alan, you have 42 points',
          header: ['"Alan Turing" <alan@example.net>'],
        },
        {
          to: ['grace@example.org'],
          subject: 'Grace, you have 85 points',
          header: ['"Grace Hopper" <grace@example.org>'],
        },
      ],
    );
  });

  it('brings the results together in one message', () => {
    const [summary, ...more] = bench.results.at('summary');
    assert.equal(more.length, 0);
    assert.deepEqual(summary?.payload, { sent: 3, suppressed: 0, 'not sent': [] });
    const joined = summary?.email as unknown as { to: string; correlationId: string }[];
    assert.deepEqual(
      joined.map(({ to, correlationId }) => [to, correlationId]).sort(),
      [
        ['ada@example.org', 'customer-1'],
        ['alan@example.net', 'customer-3'],
        ['grace@example.org', 'customer-2'],
      ],
      'in the order in which the mails left, which is nobody’s promise',
    );
  });
});
