import assert from 'node:assert/strict';
import { findFreePort } from '../support/start-node-red.ts';
import { type FlowBench, openFlowBench } from './flow-bench.ts';

describe('the example “From node-red-node-email”', function () {
  this.timeout(30_000);
  let bench: FlowBench;

  before(async () => {
    bench = await openFlowBench({ example: 'From node-red-node-email', receiverPort: await findFreePort() });
  });
  after(() => bench?.close());

  it('sends what a flow made for the stock node', async () => {
    await bench.press('what your flow made');
    const [sent] = await bench.results.reach('sent', 1);
    assert.equal(sent?.email.status, 'sent');
  });

  it('gives a received mail the properties that the stock node gave', async () => {
    const [came] = await bench.results.reach('as before', 1);
    const { topic, payload, html, from, header, date, attachments } = came ?? ({} as never);
    assert.deepEqual([topic, from], ['Sensor 3', 'sensor@mail.example.net']);
    assert.match(String(payload), /It is warm/);
    assert.match(String(html), /It is <b>warm<\/b>/);
    assert.equal((header as Record<string, unknown>)['x-sensor'], '3');
    assert.ok(Math.abs(Date.parse(String(date)) - Date.now()) < 60_000);
    const [{ filename, content }] = attachments as [{ filename: string; content: { data: number[] } }];
    assert.equal(filename, 'values.csv');
    assert.equal(String(Buffer.from(content.data)), 'time,value\n10:00,21\n');
  });
});
