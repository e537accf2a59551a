// Receipt rules: at the front unless placed, checked against the bucket and the topics that they name.
import type {
  CreateReceiptRuleRequest,
  DeleteReceiptRuleRequest,
  DescribeReceiptRuleRequest,
  DescribeReceiptRuleResponse,
  ReceiptAction,
  ReceiptRule,
  SetReceiptRulePositionRequest,
  UpdateReceiptRuleRequest,
} from '@aws-sdk/client-ses';
import { AwsError } from '../aws-error.ts';
import type { AwsWorld } from '../aws-world.ts';
import { mayPut } from '../s3/buckets.ts';
import { storedObject } from '../s3/s3-state.ts';
import { mayPublish } from '../sns/topics.ts';
import type { RuleSet } from './receiving-state.ts';
import { ruleSetOf } from './rule-sets.ts';

const mostRules = 200;
const mostActions = 10;
const mostRecipients = 100;

export function createReceiptRule(
  world: AwsWorld,
  { RuleSetName, Rule, After }: CreateReceiptRuleRequest,
): object {
  const set = ruleSetOf(world, RuleSetName);
  const rule = checked(world, set, Rule);
  if (set.rules.some(({ Name }) => Name === rule.Name)) {
    throw new AwsError('AlreadyExists', `Rule already exists: ${rule.Name}`, 400, { Name: `${rule.Name}` });
  }
  if (set.rules.length >= mostRules) throw tooMany('rules', mostRules);
  set.rules.splice(placeAfter(set, After), 0, rule);
  return {};
}

/** In its place; the whole rule is replaced. */
export function updateReceiptRule(world: AwsWorld, { RuleSetName, Rule }: UpdateReceiptRuleRequest): object {
  const set = ruleSetOf(world, RuleSetName);
  set.rules[indexOf(set, Rule?.Name)] = checked(world, set, Rule);
  return {};
}

/** Deleting what is not there is no error. */
export function deleteReceiptRule(
  world: AwsWorld,
  { RuleSetName, RuleName }: DeleteReceiptRuleRequest,
): object {
  const set = ruleSetOf(world, RuleSetName);
  set.rules = set.rules.filter(({ Name }) => Name !== RuleName);
  return {};
}

export function describeReceiptRule(
  world: AwsWorld,
  { RuleSetName, RuleName }: DescribeReceiptRuleRequest,
): DescribeReceiptRuleResponse {
  const set = ruleSetOf(world, RuleSetName);
  return { Rule: set.rules[indexOf(set, RuleName)] };
}

export function setReceiptRulePosition(world: AwsWorld, request: SetReceiptRulePositionRequest): object {
  const { RuleName, After } = request;
  const set = ruleSetOf(world, request.RuleSetName);
  const [rule] = set.rules.slice(indexOf(set, RuleName));
  if (!rule || After === RuleName) return {};
  placeAfter(set, After);
  set.rules = set.rules.filter((other) => other !== rule);
  set.rules.splice(placeAfter(set, After), 0, rule);
  return {};
}

function placeAfter(set: RuleSet, name: string | undefined): number {
  return name === undefined ? 0 : indexOf(set, name) + 1;
}

function indexOf({ rules }: RuleSet, name = ''): number {
  const at = rules.findIndex(({ Name }) => Name === name);
  if (at < 0) throw new AwsError('RuleDoesNotExist', `Rule does not exist: ${name}`, 400, { Name: name });
  return at;
}

function checked(world: AwsWorld, set: RuleSet, given: ReceiptRule | undefined): ReceiptRule {
  const { Name = '', TlsPolicy = 'Optional', Recipients = [], Actions = [] } = given ?? {};
  if (!/^[A-Za-z0-9_-]([A-Za-z0-9_.-]{0,62}[A-Za-z0-9_-])?$/.test(Name)) {
    throw new AwsError('InvalidParameterValue', `Not a valid rule name: ${Name}`);
  }
  if (Actions.length > mostActions) throw tooMany('actions', mostActions);
  if (Recipients.length > mostRecipients) throw tooMany('recipients', mostRecipients);
  const arn = `arn:aws:ses:${world.region}:${world.accountId}:receipt-rule-set/${set.name}:receipt-rule/${Name}`;
  for (const action of Actions) checkAction(world, action, arn);
  const isOn = (value: unknown) => `${value}` === 'true';
  return {
    Name,
    Enabled: isOn(given?.Enabled),
    TlsPolicy,
    Recipients,
    Actions,
    ScanEnabled: isOn(given?.ScanEnabled),
  };
}

/** SES tries the bucket by leaving an object there. */
function checkAction(world: AwsWorld, action: ReceiptAction, ruleArn: string): void {
  for (const { TopicArn } of Object.values(action) as { TopicArn?: string }[]) {
    if (TopicArn === undefined || mayPublish(world, TopicArn, 'ses.amazonaws.com', ruleArn)) continue;
    throw new AwsError('InvalidSnsTopic', `Invalid SNS topic: ${TopicArn}`, 400, { Topic: TopicArn });
  }
  if (!action.S3Action) return;
  const { BucketName = '', ObjectKeyPrefix = '' } = action.S3Action;
  const key = `${ObjectKeyPrefix}AMAZON_SES_SETUP_NOTIFICATION`;
  if (!mayPut(world, BucketName, key, ruleArn)) {
    throw new AwsError('InvalidS3Configuration', `Could not write to bucket: ${BucketName}`, 400, {
      Bucket: BucketName,
    });
  }
  world.s3.buckets.get(BucketName)?.objects.set(key, storedObject(setupMail, world.now()));
}

const setupMail = Buffer.from(
  'Subject: Amazon SES Setup Notification\r\n\r\nHello!\r\n\r\nYou received this message because you attempted to set up Amazon SES to deliver emails to this S3 bucket.\r\n',
);

const tooMany = (what: string, most: number) =>
  new AwsError('LimitExceeded', `Maximum number of ${what} exceeded: ${most}`);
