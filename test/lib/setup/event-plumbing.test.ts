import assert from 'node:assert/strict';
import { type EventWishes, eventPlumbing } from '../../../nodes/lib/setup/event-plumbing.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import { sampleEventWishes } from '../../support/sample-wishes.ts';
import { changing, plumbingStage } from './plumbing-stage.ts';

const topicArn = 'arn:aws:sns:eu-central-1:123456789012:email-app-events';
const stage = () => plumbingStage(eventPlumbing, sampleEventWishes);

describe('eventPlumbing', () => {
  it('plans everything and does nothing', async () => {
    const { plan, aws } = stage();
    const steps = await plan();
    assert.deepEqual(changing(aws.calls), []);
    assert.deepEqual(
      steps.map(({ effect }) => effect),
      ['make', 'make', 'change', 'change', 'make', 'make', 'make'],
    );
  });

  it('does what was planned', async () => {
    const { plan, apply, aws, steps } = stage();
    const planned = (await plan()).map(({ text }) => text.replaceAll('<account-id>', '123456789012'));
    const made = await apply();
    assert.deepEqual(
      steps.filter(({ state }) => state === 'done').map(({ text }) => text),
      planned,
    );
    assert.equal(made.topicArn, topicArn);
    const [destination] = aws.sets.get('email-app')?.destinations ?? [];
    assert.equal(destination?.topicArn, topicArn);
    assert.ok(destination?.events.includes('BOUNCE') && !destination.events.includes('OPEN'));
    assert.equal(aws.topics.get(topicArn)?.SignatureVersion, '2');
  });

  it('lets only SES of this account publish, and only this topic fill the queue', async () => {
    const { apply, aws } = stage();
    await apply();
    const topicPolicy = JSON.parse(aws.topics.get(topicArn)?.Policy ?? '{}');
    assert.equal(topicPolicy.Statement.length, 2, 'the owner keeps the rights');
    assert.deepEqual(topicPolicy.Statement[1].Condition, {
      StringEquals: {
        'AWS:SourceAccount': '123456789012',
        'AWS:SourceArn': 'arn:aws:ses:eu-central-1:123456789012:configuration-set/email-app',
      },
    });
    const queuePolicy = JSON.parse(aws.queues.get('email-app-events')?.Policy ?? '{}');
    assert.deepEqual(queuePolicy.Statement[0].Condition, { ArnEquals: { 'aws:SourceArn': topicArn } });
  });

  it('has nothing left to do the second time', async () => {
    const { plan, apply, aws } = stage();
    await apply();
    aws.calls.length = 0;
    await apply();
    assert.deepEqual(changing(aws.calls), []);
    assert.deepEqual(new Set((await plan()).map(({ effect }) => effect)), new Set(['keep']));
  });

  it('adopts a destination that leads to the topic, and tells what it would change', async () => {
    const { plan, apply, aws } = stage();
    await apply();
    const set = aws.sets.get('email-app');
    if (set) set.destinations = [{ name: 'theirs', enabled: false, events: ['BOUNCE', 'OPEN'], topicArn }];
    const [change] = (await plan()).filter(({ effect }) => effect !== 'keep');
    assert.match(change?.text ?? '', /theirs.*switch it on.*add SEND.*no longer OPEN/);
    await apply();
    assert.deepEqual(
      set?.destinations.map(({ name, enabled }) => [name, enabled]),
      [['theirs', true]],
    );
  });

  it('leaves the destinations of others alone', async () => {
    const { apply, aws } = stage();
    const theirs = { name: 'firehose', enabled: true, events: ['SEND'] };
    aws.sets.set('email-app', { delivery: {}, tracking: {}, destinations: [theirs] });
    await apply();
    assert.deepEqual(aws.sets.get('email-app')?.destinations[0], theirs);
    assert.equal(aws.sets.get('email-app')?.destinations.length, 2);
  });

  it('takes no events away from another app with the same configuration set', async () => {
    const { apply, aws } = stage();
    await apply();
    await apply({ topic: 'other-events', destination: { kind: 'sqs', queue: 'other-events' } });
    assert.deepEqual(
      aws.sets.get('email-app')?.destinations.map(({ topicArn }) => topicArn),
      [topicArn, topicArn.replace('email-app-events', 'other-events')],
    );
  });

  it('asks an https endpoint to confirm', async () => {
    const { apply, aws, steps } = stage();
    await apply({ destination: { kind: 'https', url: 'https://node-red.example.com/sns' } });
    assert.equal(aws.subscriptions[0]?.endpoint, 'https://node-red.example.com/sns');
    assert.equal(aws.queues.size, 0);
    assert.match(steps.map(({ text }) => text).join(), /confirm/);
  });

  it('assigns a dedicated pool and keeps what else is set', async () => {
    const { apply, aws } = stage();
    aws.pools.push('own-addresses');
    aws.sets.set('email-app', { delivery: { tls: 'REQUIRE' }, tracking: {}, destinations: [] });
    await apply({ pool: 'own-addresses', redirectDomain: 'links.example.com' });
    assert.deepEqual(aws.sets.get('email-app')?.delivery, { tls: 'REQUIRE', pool: 'own-addresses' });
    assert.equal(aws.sets.get('email-app')?.tracking.redirectDomain, 'links.example.com');
    await apply({ pool: null });
    assert.equal(aws.sets.get('email-app')?.delivery.pool, undefined);
  });

  it('refuses a pool that is not there', async () => {
    const { apply, aws } = stage();
    await assertRefused(() => apply({ pool: 'nowhere' }), 'setup-refused', 'pool');
    assert.deepEqual(changing(aws.calls), []);
  });

  it('lets the topic fill a queue that was there, beside what others may', async () => {
    const { apply, aws } = stage();
    const theirs = JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid: 'Theirs', Effect: 'Deny' }] });
    aws.queues.set('email-app-events', { Policy: theirs });
    await apply();
    const { Statement } = JSON.parse(aws.queues.get('email-app-events')?.Policy ?? '');
    assert.deepEqual(
      Statement.map(({ Sid }: { Sid: string }) => Sid),
      ['Theirs', 'EmailAppemailappevents'],
    );
  });

  it('does not throw away a policy that it cannot read', async () => {
    const { apply, aws } = stage();
    aws.queues.set('email-app-events', { Policy: '{"Version":' });
    await assertRefused(() => apply(), 'setup-refused');
    assert.equal(aws.queues.get('email-app-events')?.Policy, '{"Version":');
  });

  const refused: [string, Partial<EventWishes>, string][] = [
    ['a set', { configurationSet: 'a b' }, 'configurationSet'],
    ['a topic', { topic: 'a:b' }, 'topic'],
    ['a queue', { destination: { kind: 'sqs', queue: '../x' } }, 'queue'],
    ['an address without TLS', { destination: { kind: 'https', url: 'http://a.test/' } }, 'url'],
  ];
  for (const [title, changes, field] of refused) {
    it(`refuses ${title} that AWS would misread`, () =>
      assertRefused(() => stage().plan(changes), 'bad-settings', field));
  }
});
