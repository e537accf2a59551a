import assert from 'node:assert/strict';
import { inboundPlumbing } from '../../../nodes/lib/setup/inbound-plumbing.ts';
import type { InboundWishes } from '../../../nodes/lib/setup/plumbing/inbound-wishes.ts';
import type { ReceiptRule } from '../../../nodes/lib/setup/ports/ses-ports.ts';
import type { SetupStep } from '../../../nodes/lib/setup/setup-step.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import { memoryAws } from '../../support/memory-aws.ts';
import { sampleInboundWishes } from '../../support/sample-wishes.ts';
import { changing, plumbingStage } from './plumbing-stage.ts';

const stage = () => plumbingStage(inboundPlumbing, sampleInboundWishes);

const theirRule = (changes: Partial<ReceiptRule> = {}): ReceiptRule => ({
  name: 'theirs',
  enabled: true,
  scan: true,
  tls: 'Optional',
  recipients: [],
  actions: [{ kind: 'other', name: 'LambdaAction' }],
  ...changes,
});

describe('inboundPlumbing', () => {
  it('plans everything and does nothing', async () => {
    const { plan, aws } = stage();
    const steps = await plan();
    assert.deepEqual(changing(aws.calls), []);
    assert.match(steps.map(({ text }) => text).join('\n'), /Make the S3 bucket.*at the end.*Activate/s);
  });

  it('makes bucket, topic, set and rule where there is nothing, and mail flows with the last step', async () => {
    const { apply, aws } = stage();
    const made = await apply();
    assert.equal(aws.activeSet, 'email-app-rules');
    assert.equal(changing(aws.calls).at(-1), 'setActiveReceiptRuleSet');
    assert.deepEqual(aws.ruleSets.get('email-app-rules'), [
      {
        name: 'email-app',
        enabled: true,
        scan: true,
        tls: 'Optional',
        recipients: ['reply.example.com'],
        actions: [{ kind: 's3', bucket: 'example-inbound', prefix: 'inbound/', topicArn: made.topicArn }],
      },
    ]);
    assert.match(made.undo.join(), /then the set/);
  });

  it('closes the bucket to all but our rule, and lets mails expire', async () => {
    const { apply, aws } = stage();
    await apply();
    const bucket = aws.buckets.get('example-inbound');
    assert.equal(bucket?.blocked, true);
    const [statement] = JSON.parse(bucket?.policy ?? '{}').Statement;
    assert.equal(statement.Resource, 'arn:aws:s3:::example-inbound/inbound/*');
    assert.deepEqual(statement.Condition.StringEquals, {
      'AWS:SourceAccount': '123456789012',
      'AWS:SourceArn':
        'arn:aws:ses:eu-central-1:123456789012:receipt-rule-set/email-app-rules:receipt-rule/email-app',
    });
    assert.deepEqual(bucket?.lifecycle, [
      { id: 'email-app-expiry', expiry: { prefix: 'inbound/', days: 30 } },
    ]);
  });

  it('adds the rule to the end of somebody’s active set and switches nothing', async () => {
    const { apply, aws, steps } = stage();
    aws.ruleSets.set('theirs', [theirRule({ name: 'one' }), theirRule({ name: 'two' })]);
    aws.activeSet = 'theirs';
    const made = await apply();
    assert.deepEqual(
      aws.ruleSets.get('theirs')?.map(({ name }) => name),
      ['one', 'two', 'email-app'],
    );
    assert.equal(aws.activeSet, 'theirs');
    assert.ok(!aws.calls.includes('setActiveReceiptRuleSet'));
    assert.match(steps.map(({ text }) => text).join(), /theirs is used as it is/);
    assert.match(made.undo.join(), /set itself was there before/);
  });

  it('has nothing left to do the second time', async () => {
    const { apply, aws } = stage();
    await apply();
    aws.calls.length = 0;
    await apply();
    assert.deepEqual(changing(aws.calls), []);
  });

  it('changes its own rule, and keeps other lifecycle rules and policies of a bucket', async () => {
    const { apply, aws } = stage();
    const policy = JSON.stringify({ Version: '2012-10-17', Statement: { Sid: 'Theirs', Effect: 'Deny' } });
    const theirs = { id: 'theirs', original: { ID: 'theirs' } };
    aws.buckets.set('example-inbound', { policy, lifecycle: [theirs], blocked: false, objects: new Map() });
    await apply();
    await apply({ requireTls: true, expiryDays: 7 });
    const bucket = aws.buckets.get('example-inbound');
    assert.equal(JSON.parse(bucket?.policy ?? '').Statement[0].Sid, 'Theirs');
    assert.deepEqual(bucket?.lifecycle, [
      theirs,
      { id: 'email-app-expiry', expiry: { prefix: 'inbound/', days: 7 } },
    ]);
    assert.equal(aws.ruleSets.get('email-app-rules')?.[0]?.tls, 'Require');
  });

  it('warns of a rule before ours that stops', async () => {
    const { plan, aws } = stage();
    const stops = { recipients: ['.example.com'], actions: [{ kind: 'stop' }] } as const;
    aws.ruleSets.set('theirs', [theirRule(stops), theirRule({ ...stops, recipients: ['example.org'] })]);
    aws.activeSet = 'theirs';
    const notes = (await plan()).filter(({ effect }) => effect === 'note');
    assert.equal(notes.length, 1);
    assert.match(notes[0]?.text ?? '', /“Stop”/);
  });

  it('refuses a rule of the same name that does something else', async () => {
    const { apply, aws } = stage();
    aws.ruleSets.set('theirs', [theirRule({ name: 'email-app' })]);
    aws.activeSet = 'theirs';
    await assertRefused(() => apply(), 'setup-refused', 'rule');
  });

  it('refuses where a limit of SES would break, before anything is made', async () => {
    const full = stage();
    full.aws.activeSet = 'theirs';
    full.aws.ruleSets.set(
      'theirs',
      Array.from({ length: 200 }, (_each, index) => theirRule({ name: `r${index}` })),
    );
    await assertRefused(() => full.apply(), 'setup-refused', 'rule');
    const many = stage();
    for (let index = 0; index < 40; index += 1) many.aws.ruleSets.set(`set${index}`, []);
    await assertRefused(() => many.apply(), 'setup-refused', 'ruleSet');
    assert.deepEqual([...changing(full.aws.calls), ...changing(many.aws.calls)], []);
  });

  it('refuses the bucket of another account', async () => {
    const { apply, aws } = stage();
    aws.foreignBuckets.add('example-inbound');
    await assertRefused(() => apply(), 'setup-refused', 'bucket');
    assert.equal(aws.ruleSets.size, 0);
  });

  it('switches off no rule set that somebody activates meanwhile', async () => {
    const aws = memoryAws();
    aws.state.ruleSets.set('theirs', []);
    const interfere = ({ text }: SetupStep): void => {
      if (/^Add the rule/.test(text)) aws.state.activeSet = 'theirs';
    };
    await assertRefused(
      () => inboundPlumbing(aws).apply(sampleInboundWishes, interfere),
      'setup-refused',
      'ruleSet',
    );
    assert.equal(aws.state.activeSet, 'theirs');
  });

  it('puts no mail into a bucket that somebody else made under our name for all to write', async () => {
    const { apply, aws } = stage();
    aws.squattedBuckets.add('example-inbound');
    await assertRefused(() => apply(), 'setup-refused', 'bucket');
    assert.equal(aws.ruleSets.size, 0);
  });

  const refused: [string, Partial<InboundWishes>, string, string?][] = [
    ['no recipients, which would take all mail', { recipients: [] }, 'recipients'],
    ['a bucket name', { bucket: 'Not A Bucket' }, 'bucket'],
    ['a prefix with ..', { prefix: '../' }, 'prefix'],
    ['no prefix, since all of the bucket would expire', { prefix: '' }, 'prefix'],
    ['a rule name', { rule: 'a/b' }, 'rule'],
    ['no expiry', { expiryDays: 0 }, 'expiryDays'],
    ['a recipient without a domain', { recipients: ['joe@'] }, 'recipients', 'bad-address'],
  ];
  for (const [title, changes, field, code = 'bad-settings'] of refused) {
    it(`refuses ${title}`, () => assertRefused(() => stage().plan(changes), code, field));
  }
});
