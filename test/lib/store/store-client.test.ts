import assert from 'node:assert/strict';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import type { StoreCall } from '../../../nodes/lib/store/run-batch.ts';
import { StoreClient } from '../../../nodes/lib/store/store-client.ts';
import { hasCode } from './outbox-contract.ts';

type Echo = { echo: (input: number) => number };

describe('StoreClient', () => {
  let posted: (readonly StoreCall[])[];
  let client: StoreClient<Echo>;
  const gone = new EmailError('store-unavailable', { detail: { value: 'x', why: 'y' }, retryable: true });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const inputs = () => posted.map((batch) => batch.map(({ input }) => input));
  const reply = () => client.receive((posted.at(-1) ?? []).map(({ input }) => ({ value: input })));
  const call = (...given: number[]) => given.map((input) => client.call('echo', input));

  beforeEach(() => {
    posted = [];
    client = new StoreClient((calls) => posted.push(calls));
  });

  it('posts the calls of one turn as one batch and hands each its reply', async () => {
    const calls = call(1, 2, 3);
    await turn();
    assert.deepEqual(inputs(), [[1, 2, 3]]);
    reply();
    assert.deepEqual(await Promise.all(calls), [1, 2, 3]);
  });

  it('has one batch under way, and posts what came meanwhile as the next', async () => {
    void call(1);
    await turn();
    void call(2);
    await turn();
    void call(3);
    await turn();
    assert.deepEqual(inputs(), [[1]]);
    reply();
    await turn();
    assert.deepEqual(inputs(), [[1], [2, 3]]);
  });

  it('posts what waits before it hands out the replies, so that the store need not wait for what they bring', async () => {
    const [first] = call(1);
    await turn();
    void call(2);
    let postedByThen: number | undefined;
    const handled = first?.then(() => {
      postedByThen = posted.length;
      void call(3);
    });
    reply();
    await handled;
    assert.equal(postedByThen, 2);
    reply();
    await turn();
    assert.deepEqual(inputs(), [[1], [2], [3]]);
  });

  it('bounds a batch, so that none waits long for the others', async () => {
    void call(...Array.from({ length: 600 }, (_, index) => index));
    await turn();
    reply();
    await turn();
    assert.deepEqual(
      posted.map((batch) => batch.length),
      [512, 88],
    );
  });

  it('rebuilds the failure of one call and leaves the others alone', async () => {
    const [bad, good] = call(1, 2);
    await turn();
    client.receive([
      { failure: { code: 'queue-full', detail: { count: 7 }, field: 'to', retryable: true } },
      { value: 2 },
    ]);
    await assert.rejects(bad ?? turn(), (error) => {
      assert.ok(hasCode('queue-full', true)(error) && error instanceof EmailError);
      assert.deepEqual([error.field, error.detail], ['to', { count: 7 }]);
      assert.match(error.message, /holds 7 mails/);
      return true;
    });
    assert.equal(await good, 2);
  });

  it('fails what is under way, what waits and what comes later when the store is gone', async () => {
    const [underWay] = call(1);
    await turn();
    const [waiting] = call(2);
    client.fail(gone);
    for (const pending of [underWay, waiting, client.call('echo', 3)])
      await assert.rejects(pending ?? turn(), (error) => error === gone);
  });

  it('fails the calls of a batch that cannot be posted, and goes on', async () => {
    let broken = true;
    client = new StoreClient((calls) => {
      if (broken) throw new Error('could not be cloned');
      posted.push(calls);
    });
    const [bad] = call(1);
    await assert.rejects(bad ?? turn(), hasCode('internal-error', false));
    broken = false;
    void call(2);
    await turn();
    assert.deepEqual(inputs(), [[2]]);
  });

  it('finishes when everything called before is answered, and refuses what comes after', async () => {
    const calls = call(1);
    await turn();
    calls.push(...call(2));
    let finished = false;
    const finishing = client.finish(new EmailError('app-closed')).then(() => {
      finished = true;
    });
    await assert.rejects(client.call('echo', 3), hasCode('app-closed', false));
    reply();
    await turn();
    assert.equal(finished, false);
    reply();
    await finishing;
    assert.deepEqual(await Promise.all(calls), [1, 2]);
  });

  it('finishes at once when the store is gone already', async () => {
    client.fail(gone);
    await client.finish(new EmailError('app-closed'));
    await assert.rejects(client.call('echo', 1), (error) => error === gone);
  });
});
