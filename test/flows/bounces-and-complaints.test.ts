import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { type FlowBench, openFlowBench } from './flow-bench.ts';

describe('the example “Bounces and complaints”', function () {
  this.timeout(30_000);
  let bench: FlowBench;
  const knowsNobody = mailServer();

  before(async () => {
    const smtpPort = await knowsNobody.open();
    bench = await openFlowBench({ example: ['Bounces and complaints', 'Send a welcome mail'], smtpPort });
  });
  after(async () => {
    await bench?.close();
    await knowsNobody.close();
  });

  it('makes a row of a mail that the server refused, and shows what followed', async () => {
    await bench.press('Ada signs up');
    const [{ payload: row } = { payload: {} }] = await bench.results.reach('rows', 1);
    const { id, at, mail, why, ...rest } = row as Record<string, unknown>;
    assert.match(String(why), /550 5\.1\.1 User unknown/);
    assert.match(String(id), /^exampleapp-/);
    assert.ok(Date.parse(String(at)) > Date.now() - 60_000);
    assert.ok(mail);
    assert.deepEqual(rest, { address: 'ada@example.org', what: 'email.failed', code: 'recipient-refused' });
    const events = (await bench.results.reach('events', 3)).map(
      ({ payload }) => payload as Record<string, unknown>,
    );
    assert.deepEqual(
      events.map(({ type }) => type),
      ['email.queued', 'email.failed', 'unsubscribe.added'],
    );
    assert.deepEqual(events[2]?.detail, { method: 'bounce', cause: 'hard-bounce' });
    assert.equal(events[2]?.recipient, 'ada@example.org');
  });
});

/** Answers every recipient with 550 5.1.1. */
function mailServer() {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.write('220 mx.example ESMTP\r\n');
    socket.on('data', (data) => {
      for (const line of String(data).split('\r\n').filter(Boolean)) {
        if (/^RCPT/i.test(line)) socket.write('550 5.1.1 User unknown\r\n');
        else socket.write(/^QUIT/i.test(line) ? '221 bye\r\n' : '250 ok\r\n');
      }
    });
  });
  return {
    open: () =>
      new Promise<number>((resolve) => {
        server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
      }),
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
