import assert from 'node:assert/strict';
import { findFreePort } from '../support/start-node-red.ts';
import { type FlowBench, openFlowBench } from './flow-bench.ts';

type Facts = Record<string, unknown>;

describe('the example “Bounces and complaints”', function () {
  this.timeout(20_000);
  this.bail(true);
  let bench: FlowBench;

  before(async () => {
    bench = await openFlowBench({ example: 'Bounces and complaints', receiverPort: await findFreePort() });
  });
  after(() => bench?.close());

  const rows = () => bench.results.at('rows').map(({ payload }) => payload as Facts);
  const events = (type: string) =>
    bench.results
      .at('events')
      .flatMap(({ payload }) => ((payload as Facts).type === type ? [payload as Facts] : []));

  const cases = [
    {
      ...{ button: 'to nobody', address: 'gone@elsewhere.example.org', cause: 'hard-bounce', told: 3 },
      ...{ what: 'email.failed', code: 'recipient-refused', why: /: 550 5\.1\.1 No such address here\.$/ },
    },
    {
      ...{
        button: 'to a closed mailbox',
        address: 'closed@elsewhere.example.org',
        cause: 'hard-bounce',
        told: 10,
      },
      ...{ what: 'email.bounced', code: 'bounced', why: /^no-such-user$/ },
    },
    {
      ...{
        button: 'to somebody who complains',
        address: 'angry@elsewhere.example.org',
        cause: 'complaint',
        told: 17,
      },
      ...{ what: 'email.complained', code: 'complained', why: /^abuse$/ },
    },
  ];

  for (const [index, { button, address, cause, told, ...expected }] of cases.entries()) {
    it(`makes a row of a mail ${button}`, async () => {
      await bench.press(button);
      await bench.results.reach('rows', index + 1);
      const { id, at, mail, why, ...row } = rows()[index] ?? {};
      const { what, code } = expected;
      assert.deepEqual(row, { address, what, code });
      assert.match(String(why), expected.why);
      assert.match(String(id), /^examplebilling-/);
      assert.ok(Date.parse(String(at)) > Date.now() - 60_000);
      assert.ok(mail);
    });

    it(`holds the next mail ${button}`, async () => {
      await bench.results.reach('events', told);
      await bench.press(button);
      await bench.results.reach('held', index + 1);
      const [added] = events('unsubscribe.added').filter(({ recipient }) => recipient === address);
      const method = cause === 'complaint' ? cause : 'bounce';
      assert.deepEqual(added?.detail, { method, cause });
    });
  }

  it('makes no other rows', () => assert.equal(rows().length, cases.length));
});
