import assert from 'node:assert/strict';
import { EmailError } from '../../../../nodes/lib/kernel/errors.ts';
import { queueEvents } from '../../../../nodes/lib/setup/self-test/queue-events.ts';
import { selfTest } from '../../../../nodes/lib/setup/self-test/self-test.ts';
import type { SelfTestFacts, SelfTestPorts } from '../../../../nodes/lib/setup/self-test/self-test-run.ts';
import type { SelfTestStep } from '../../../../nodes/lib/setup/self-test-step.ts';
import type { OutgoingMail } from '../../../../nodes/lib/transport/transport.ts';
import { fakeClock } from '../../../support/fake-clock.ts';
import { memoryAws, newIdentity } from '../../../support/memory-aws.ts';

const facts: SelfTestFacts = {
  domain: 'example.com',
  sender: 'app@example.com',
  inbound: { address: 'test@reply.example.com', bucket: 'example-inbound', prefix: 'inbound/' },
};
const signature = (names: string) =>
  `DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=aaa;\r\n h=${names};\r\n b=xyz=\r\n`;

/** Events and received mails come at once, unless a test says otherwise. */
function stage() {
  const aws = memoryAws();
  const clock = fakeClock();
  const verified = { ...newIdentity().dkim, state: 'SUCCESS' } as const;
  aws.state.identities.set('example.com', newIdentity({ verified: true, state: 'SUCCESS', dkim: verified }));
  aws.state.buckets.set('example-inbound', { lifecycle: [], blocked: true, objects: new Map() });
  const world = {
    signature: signature('From:To:List-Unsubscribe :\r\n List-Unsubscribe-Post'),
    reports: true,
    received: true,
    refusal: undefined as EmailError | undefined,
  };
  let sent = 0;
  const deliver = async ({ envelope, raw }: OutgoingMail) => {
    if (world.refusal) throw world.refusal;
    sent += 1;
    const messageId = `ses-${sent}`;
    const [to = ''] = envelope.to;
    const type = /^(bounce|complaint)@/.exec(to)?.[1];
    if (type && world.reports) aws.state.messages.push('not json', notice(type, messageId));
    const mail = Buffer.concat([Buffer.from(world.signature), raw]);
    if (to === facts.inbound?.address && world.received)
      aws.state.buckets.get('example-inbound')?.objects.set(`inbound/${messageId}`, mail);
    return {
      code: 'sent' as const,
      accepted: envelope.to,
      refused: [],
      response: 'ok',
      providerMessageId: messageId,
    };
  };
  const ids = Array.from({ length: 9 }, (_each, index) => `id-${index}`);
  const ports: SelfTestPorts = {
    ses: aws.ses,
    deliver,
    awaitEvent: queueEvents(aws.queues, 'queue', clock),
    buckets: aws.buckets,
    clock,
    newId: () => ids.pop() ?? 'last',
  };
  const cancel = new AbortController();
  const seen: SelfTestStep[] = [];
  const run = async (changes: Partial<SelfTestPorts> = {}, wanted = facts) => {
    const report = selfTest(wanted, { ...ports, ...changes }, (step) => seen.push(step), cancel.signal);
    await clock.advance(300_000);
    return report;
  };
  return { aws: aws.state, world, run, seen, cancel, clock };
}

function notice(type: string, messageId: string): string {
  const eventType = type === 'bounce' ? 'Bounce' : 'Complaint';
  return JSON.stringify({
    Type: 'Notification',
    Message: JSON.stringify({ eventType, mail: { messageId } }),
  });
}

const states = (steps: readonly SelfTestStep[]) =>
  Object.fromEntries(steps.map(({ name, state }) => [name, state]));
const textOf = (steps: readonly SelfTestStep[], name: string) =>
  steps.find((step) => step.name === name)?.text ?? '';

describe('selfTest', () => {
  it('passes from the keys to the inbox, and says that one-click unsubscribing is signed', async () => {
    const { run, seen, clock } = stage();
    const report = await run();
    assert.equal(report.passed, true, JSON.stringify(report.steps));
    assert.ok(report.steps.every(({ state }) => state === 'passed'));
    assert.match(textOf(report.steps, 'inbound'), /covers List-Unsubscribe and List-Unsubscribe-Post/);
    assert.equal(seen.filter(({ state }) => state === 'running').length, 7);
    assert.equal(clock.pending(), 0);
  });

  it('says when the signature leaves List-Unsubscribe-Post out', async () => {
    const { run, world } = stage();
    world.signature = signature('From:List-Unsubscribe');
    assert.match(textOf((await run()).steps, 'inbound'), /does not cover list-unsubscribe-post/);
  });

  it('fails the mail that arrives unsigned', async () => {
    const { run, world } = stage();
    world.signature = '';
    assert.equal((await run()).broke, 'inbound');
  });

  it('names the step that broke and does not try what rests on it', async () => {
    const { run, aws } = stage();
    aws.identities.set('example.com', newIdentity());
    const report = await run();
    assert.equal(report.broke, 'identity');
    assert.deepEqual(states(report.steps), {
      keys: 'passed',
      identity: 'failed',
      sending: 'skipped',
      mail: 'skipped',
      bounce: 'skipped',
      complaint: 'skipped',
      inbound: 'skipped',
    });
    assert.match(textOf(report.steps, 'mail'), /since “The domain is verified” failed/);
  });

  it('fails for keys that are refused, sending that is off, and a quota that is used up', async () => {
    const keys = stage();
    const ses = {
      getEmailIdentity: async () => undefined,
      getAccount: () => Promise.reject(new EmailError('no-route')),
    };
    assert.equal((await keys.run({ ses })).broke, 'keys');
    const off = stage();
    off.aws.account = { ...off.aws.account, sending: false };
    assert.equal((await off.run()).broke, 'sending');
    const full = stage();
    full.aws.account = { ...full.aws.account, perDay: 200, sentLastDay: 200 };
    assert.equal((await full.run()).broke, 'sending');
  });

  it('goes on with keys that may only send', async () => {
    const { run, aws } = stage();
    const denied = new EmailError('aws-denied', {
      detail: { value: 'ses:GetEmailIdentity' },
      retryable: true,
    });
    const ses = { getEmailIdentity: () => Promise.reject(denied), getAccount: async () => aws.account };
    const report = await run({ ses });
    assert.equal(report.passed, true);
    assert.match(textOf(report.steps, 'identity'), /may not look/);
  });

  it('fails for a mail that SES refuses', async () => {
    const { run, world } = stage();
    world.refusal = new EmailError('message-refused', { detail: { response: 'no' } });
    const report = await run();
    assert.equal(report.broke, 'mail');
    assert.match(textOf(report.steps, 'mail'), /refused the mail/);
  });

  it('does not take the bounce of another mail for its own', async () => {
    const { run, world, aws } = stage();
    world.reports = false;
    aws.messages.push(notice('bounce', 'of-another-mail'));
    assert.equal((await run()).broke, 'bounce');
  });

  it('gives each report its time, and goes on with the next step', async () => {
    const { run, world } = stage();
    world.reports = false;
    const report = await run();
    assert.deepEqual(
      [
        report.broke,
        textOf(report.steps, 'bounce').includes('within 60 seconds'),
        report.steps.at(-1)?.state,
      ],
      ['bounce', true, 'passed'],
    );
  });

  it('skips what is not set up and says so', async () => {
    const { run } = stage();
    const report = await run({ awaitEvent: undefined }, { domain: facts.domain, sender: facts.sender });
    assert.equal(report.passed, true);
    assert.match(textOf(report.steps, 'bounce'), /no events are set up/);
    assert.match(textOf(report.steps, 'inbound'), /receiving is not set up/);
  });

  it('can be cancelled', async () => {
    const { run, cancel, world, clock } = stage();
    world.received = false;
    clock.after(10_000, () => cancel.abort());
    const report = await run();
    assert.match(textOf(report.steps, 'inbound'), /cancelled/);
    assert.equal(report.passed, true);
  });

  it('reads no mail that was there before, nor the note of SES', async () => {
    const { run, aws } = stage();
    const bucket = aws.buckets.get('example-inbound');
    bucket?.objects.set('inbound/AMAZON_SES_SETUP_NOTIFICATION', Buffer.from('note'));
    bucket?.objects.set('inbound/old', Buffer.from('old'));
    await run();
    assert.equal(aws.calls.filter((name) => name === 'getObject').length, 1);
  });
});
