import assert from 'node:assert/strict';
import { iamPolicy } from '../../../nodes/lib/setup/iam-policy.ts';
import { setupOverAws } from '../../../nodes/lib/setup/ports/setup-over-aws.ts';
import { everything, nothing } from '../../support/sample-wishes.ts';

const facts = {
  region: 'eu-central-1',
  account: '123456789012',
  domain: 'example.com',
  configurationSet: 'email-app',
  topics: ['email-app-events', 'email-app-inbound'],
  queues: ['email-app-events'],
  bucket: 'example-inbound',
  prefix: 'inbound/',
};

/** Calls that IAM knows by another name. */
const otherNames: Readonly<Record<string, string>> = {
  's3:HeadBucket': 's3:ListBucket',
  's3:ListObjectsV2': 's3:ListBucket',
  's3:GetPublicAccessBlock': 's3:GetBucketPublicAccessBlock',
  's3:PutPublicAccessBlock': 's3:PutBucketPublicAccessBlock',
  's3:GetBucketLifecycleConfiguration': 's3:GetLifecycleConfiguration',
  's3:PutBucketLifecycleConfiguration': 's3:PutLifecycleConfiguration',
};

/** Makes every call that the set-up can make, by every method of every port; resolves with their IAM actions. */
async function everyAction(): Promise<Set<string>> {
  const actions = new Set<string>();
  const recorder = (service: string) => async (operation: string) => {
    const name = `${service}:${operation}`;
    actions.add(otherNames[name] ?? name);
    return {};
  };
  const clients = Object.fromEntries(
    ['sesv2', 'ses', 'sns', 'sqs', 's3'].map((name) => [name, recorder(name.replace('v2', ''))]),
  );
  const { region, ...ports } = setupOverAws(clients as never, 'eu-central-1', (call) => call());
  const anything = { name: 'x', recipients: [], actions: [], events: [], domain: 'x', topicArn: 'x' };
  for (const port of Object.values(ports))
    for (const method of Object.values(port as object)) {
      for (const first of [anything, []])
        for (const second of [anything, []]) await method(first, second, anything).catch(() => {});
    }
  assert.equal(region, 'eu-central-1');
  return actions;
}

describe('iamPolicy', () => {
  it('covers every call that the set-up makes, and names no other but to read what comes in', async () => {
    const made = await everyAction();
    assert.ok(made.size > 45, `${made.size} calls`);
    const allowed = new Set(
      iamPolicy({ ...everything, sending: false, bulk: false }, facts).Statement.flatMap(
        ({ Action }) => Action,
      ),
    );
    assert.deepEqual(
      [...made].filter((action) => !allowed.has(action)),
      [],
    );
    assert.deepEqual([...allowed].filter((action) => !made.has(action)).sort(), [
      'sns:ConfirmSubscription',
      'sqs:ChangeMessageVisibility',
      'sqs:DeleteMessage',
    ]);
  });

  it('allows a sender nothing but to send as the domain and to read its limits', () => {
    assert.deepEqual(iamPolicy({ ...nothing, sending: true }, facts).Statement, [
      {
        Sid: 'Send',
        Effect: 'Allow',
        Action: ['ses:SendEmail', 'ses:SendRawEmail'],
        Resource: [
          'arn:aws:ses:eu-central-1:123456789012:identity/example.com',
          'arn:aws:ses:eu-central-1:123456789012:configuration-set/email-app',
        ],
        Condition: { StringLike: { 'ses:FromAddress': '*@example.com' } },
      },
      { Sid: 'SendingLimits', Effect: 'Allow', Action: ['ses:GetAccount'], Resource: '*' },
    ]);
  });

  it('is empty when nothing is ticked', () => assert.deepEqual(iamPolicy(nothing, facts).Statement, []));

  it('fits into a policy of IAM with everything ticked and no name known', () => {
    const text = JSON.stringify(iamPolicy(everything, { region: 'ap-southeast-1' }), null, 2);
    assert.ok(text.length < 6144, `${text.length} characters`);
    const known = JSON.stringify(
      iamPolicy(everything, { ...facts, cleanUp: true, kmsKey: 'arn:aws:kms:x' }),
      null,
      2,
    );
    assert.ok(known.length < 6144, `${known.length} characters`);
  });

  it('has a Sid of letters and digits for each statement, none twice', () => {
    const sids = iamPolicy(everything, facts).Statement.map(({ Sid }) => Sid);
    assert.equal(new Set(sids).size, sids.length);
    for (const sid of sids) assert.match(sid, /^[A-Za-z0-9]+$/);
  });

  it('never allows a whole service, and changes only what the names say', () => {
    for (const { Action, Resource, Sid } of iamPolicy(everything, facts).Statement) {
      assert.ok(Action.every((name) => /^(ses|sns|sqs|s3|kms):[A-Za-z0-9]+$/.test(name)));
      if (Resource === '*')
        assert.ok(
          Action.every((name) => name.startsWith('ses:') || name === 'sns:ListTopics'),
          Sid,
        );
    }
  });

  it('marks what is not known so that IAM refuses it', () => {
    const text = JSON.stringify(iamPolicy(everything, { region: 'eu-west-1' }));
    for (const mark of ['<account-id>', '<domain>', '<bucket>', '<topic>', '<configuration-set>'])
      assert.ok(text.includes(mark), mark);
  });

  it('names the partition of the region', () => {
    const text = JSON.stringify(
      iamPolicy({ ...nothing, sending: true }, { ...facts, region: 'us-gov-west-1' }),
    );
    assert.match(text, /arn:aws-us-gov:ses:us-gov-west-1/);
  });

  it('lets mails be deleted only where they are cleaned up, and only below the prefix', () => {
    const read = (cleanUp: boolean) =>
      iamPolicy({ ...nothing, inbound: true }, { ...facts, cleanUp }).Statement.find(
        ({ Sid }) => Sid === 'ReadMails',
      );
    assert.deepEqual(read(false)?.Action, ['s3:GetObject']);
    assert.deepEqual(read(true)?.Action, ['s3:GetObject', 's3:DeleteObject']);
    assert.equal(read(true)?.Resource, 'arn:aws:s3:::example-inbound/inbound/*');
  });
});
