import assert from 'node:assert/strict';
import { accountSuppression } from '../../../nodes/lib/setup/account-suppression.ts';
import type { SetupStep } from '../../../nodes/lib/setup/setup-step.ts';
import type { SuppressionCause } from '../../../nodes/lib/suppression/suppression-list.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import { fakeClock, inTime } from '../../support/fake-clock.ts';
import { memoryAws } from '../../support/memory-aws.ts';
import { memorySuppressionList } from '../../support/memory-suppression-list.ts';

function stage() {
  const aws = memoryAws();
  const clock = fakeClock();
  const list = memorySuppressionList();
  const steps: SetupStep[] = [];
  const onStep = (step: SetupStep) => void steps.push(step);
  const account = accountSuppression({ ses: aws.ses, list });
  const inMinutes = <Result>(work: Promise<Result>) => inTime(clock, work, 600_000);
  const hold = (address: string, cause: SuppressionCause, listTopic?: string) =>
    list.add([{ address, cause, listTopic, method: 'api', at: clock.now() }]);
  const suppress = (address: string, reason: 'BOUNCE' | 'COMPLAINT') =>
    aws.state.suppressed.set(address, { address, reason, at: 1_700_000_000_000 });
  return { aws: aws.state, clock, list, steps, onStep, account, inMinutes, hold, suppress };
}

const going = new AbortController().signal;

describe('accountSuppression', () => {
  it('shows whether the account’s list is on, and switches it off', async () => {
    const { account, inMinutes, onStep } = stage();
    assert.deepEqual((await inMinutes(account.state())).reasons, ['BOUNCE', 'COMPLAINT']);
    await inMinutes(account.switchOff(onStep));
    assert.equal((await inMinutes(account.state())).on, false);
  });

  it('takes all pages over, with their causes and times', async () => {
    const { account, inMinutes, onStep, suppress, list, clock } = stage();
    for (const name of ['a', 'b', 'c', 'd', 'e'])
      suppress(`${name}@example.org`, name === 'c' ? 'COMPLAINT' : 'BOUNCE');
    suppress('not an address', 'BOUNCE');
    await list.add([{ address: 'a@example.org', cause: 'hard-bounce', method: 'bounce', at: 1 }]);
    const count = await inMinutes(account.takeOver(onStep, going));
    assert.deepEqual(count, { added: 4, known: 1, skipped: 1 });
    const [entry] = (await list.find(['c@example.org'], clock.now())).get('c@example.org') ?? [];
    assert.deepEqual([entry?.cause, entry?.at], ['complaint', 1_700_000_000_000]);
  });

  it('hands over bounces and complaints that are not there yet, one a second', async () => {
    const { account, inMinutes, onStep, suppress, hold, aws, steps } = stage();
    suppress('known@example.org', 'BOUNCE');
    await hold('known@example.org', 'hard-bounce');
    await hold('gone@example.org', 'hard-bounce');
    await hold('angry@example.org', 'complaint');
    await hold('left@example.org', 'unsubscribe');
    await hold('topic@example.org', 'complaint', 'news');
    await hold('@example.net', 'hard-bounce');
    const count = await inMinutes(account.handOver(onStep, going));
    assert.deepEqual(count, { added: 2, known: 1, skipped: 0 });
    assert.deepEqual([...aws.suppressed.values()].map(({ address, reason }) => [address, reason]).sort(), [
      ['angry@example.org', 'COMPLAINT'],
      ['gone@example.org', 'BOUNCE'],
      ['known@example.org', 'BOUNCE'],
    ]);
    assert.match(steps.at(-1)?.text ?? '', /2 addresses/);
  });

  it('refuses to hand over from the sandbox and says why', async () => {
    const { account, inMinutes, onStep, aws } = stage();
    aws.account = { ...aws.account, production: false };
    const error = await assertRefused(() => inMinutes(account.handOver(onStep, going)), 'setup-refused');
    assert.match(error.message, /production access/);
  });

  it('stops when it is told to', async () => {
    const { account, inMinutes, onStep, suppress } = stage();
    for (const name of ['a', 'b', 'c', 'd', 'e']) suppress(`${name}@example.org`, 'BOUNCE');
    const stopped = AbortSignal.abort();
    assert.equal((await inMinutes(account.takeOver(onStep, stopped))).added, 2, 'the page under way');
  });

  it('finds and releases one address, listed or not', async () => {
    const { account, inMinutes, suppress, aws } = stage();
    suppress('a@example.org', 'BOUNCE');
    assert.equal((await inMinutes(account.find('a@example.org')))?.reason, 'BOUNCE');
    await inMinutes(account.release('a@example.org'));
    await inMinutes(account.release('a@example.org'));
    assert.equal(aws.suppressed.size, 0);
    assert.equal(await inMinutes(account.find('a@example.org')), undefined);
  });
});
