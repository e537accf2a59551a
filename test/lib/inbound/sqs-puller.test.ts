import assert from 'node:assert/strict';
import type { NewNotice } from '../../../nodes/lib/inbound/ses/notice-box.ts';
import { openSqsPuller } from '../../../nodes/lib/inbound/sqs-puller.ts';
import { EmailError } from '../../../nodes/lib/kernel/errors.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { snsMessage } from '../../support/sns-notices.ts';

interface Queued {
  readonly MessageId: string;
  readonly Body: string;
  readonly ReceiptHandle: string;
}

function queue(answers: (readonly Queued[] | EmailError)[]) {
  const clock = fakeClock();
  const calls: { operation: string; at: number; input: Record<string, unknown> }[] = [];
  const stored: NewNotice[] = [];
  const troubles: string[] = [];
  let refuse = false;
  const sqs = async (operation: string, input: Record<string, unknown>) => {
    calls.push({ operation, at: clock.now(), input });
    if (operation === 'GetQueueUrl') return { QueueUrl: 'https://queue' };
    if (operation !== 'ReceiveMessage') return {};
    const next = answers.shift() ?? [];
    if (next instanceof EmailError) throw next;
    return { Messages: next };
  };
  const puller = openSqsPuller({
    sqs: sqs as never,
    queue: 'events',
    isOurs: (arn) => arn.endsWith('-events'),
    kinds: ['event'],
    box: {
      accept: async (notices) => {
        if (refuse) throw new EmailError('disk-full', { retryable: true });
        stored.push(...notices);
      },
    },
    onArrival: () => {},
    onChange: () => {},
    clock,
    random: () => 0.5,
    onTrouble: ({ code }) => troubles.push(code),
  });
  const times = (operation: string) => calls.filter((call) => call.operation === operation).length;
  return { clock, calls, stored, troubles, puller, times, refuse: (now: boolean) => (refuse = now) };
}

const queued = (Body: string, MessageId = '1'): Queued => ({
  MessageId,
  Body,
  ReceiptHandle: `r${MessageId}`,
});

describe('openSqsPuller', () => {
  it('asks with a long poll and takes out what is stored', async () => {
    const message = snsMessage();
    const { clock, calls, stored, puller } = queue([[queued(JSON.stringify(message))]]);
    await clock.settle();
    puller.close();
    assert.deepEqual(
      stored.map(({ id, kind, body }) => [id, kind, body]),
      [[message.MessageId, 'event', message.Message]],
    );
    assert.equal(calls[1]?.input.WaitTimeSeconds, 20);
    assert.deepEqual(calls[2]?.input.Entries, [{ Id: '0', ReceiptHandle: 'r1' }]);
  });

  it('leaves in the queue what could not be stored', async () => {
    const { clock, troubles, puller, times, refuse } = queue([[queued(JSON.stringify(snsMessage()))]]);
    refuse(true);
    await clock.settle();
    assert.deepEqual([times('DeleteMessageBatch'), troubles], [0, ['disk-full']]);
    assert.equal(puller.trouble()?.code, 'disk-full');
    puller.close();
  });

  it('asks ever more seldom while it fails, tells it once, and goes on by itself', async () => {
    const failure = new EmailError('aws-unreachable', { retryable: true });
    const { clock, troubles, puller, calls, times } = queue(Array(6).fill(failure));
    await clock.advance(31_000);
    const [first = 0, ...others] = calls
      .filter((call) => call.operation === 'ReceiveMessage')
      .map(({ at }) => at);
    assert.deepEqual(
      others.map((at) => (at - first) / 1000),
      [1, 3, 7, 15, 31],
    );
    assert.deepEqual([troubles, puller.trouble()?.code], [['aws-unreachable'], 'aws-unreachable']);
    await clock.advance(60_000);
    assert.equal(puller.trouble(), undefined);
    assert.equal(times('GetQueueUrl'), 1);
    puller.close();
  });

  it('does not ask without a pause when the queue answers at once', async () => {
    const { clock, puller, times } = queue([]);
    await clock.advance(10_000);
    assert.equal(times('ReceiveMessage'), 11);
    puller.close();
    await clock.advance(10_000);
    assert.equal(times('ReceiveMessage'), 11);
  });

  it('sets aside what is poison, and drops what is nothing', async () => {
    const foreign = snsMessage({ TopicArn: 'arn:aws:sns:eu-central-1:111122223333:foreign' });
    const text = snsMessage({ Message: 'Successfully validated SNS topic for Amazon SES event publishing.' });
    const bodies = [
      'no JSON',
      '{}',
      JSON.stringify(foreign),
      JSON.stringify(text),
      '{"__proto__": {"Message": "{}"}}',
    ];
    const { clock, stored, puller, calls } = queue([bodies.map((body, index) => queued(body, `m${index}`))]);
    await clock.settle();
    assert.deepEqual(
      stored.map(({ id, setAside }) => [id, setAside !== undefined]),
      [
        ['sqs m0', true],
        ['sqs m1', true],
        ['sqs m2', true],
        ['sqs m4', true],
      ],
    );
    const removal = calls.find(({ operation }) => operation === 'DeleteMessageBatch');
    assert.deepEqual([removal?.input.Entries].flat().length, 5);
    puller.close();
  });
});
