/** What is ticked goes in; an IAM policy that allows exactly this comes out, to be pasted into the AWS console. */
import { partitionOf } from './regions.ts';

export interface IamFeatures {
  readonly sending: boolean;
  /** Templates filled in by SES. */
  readonly bulk: boolean;
  /** Reading, filling and emptying the account’s own suppression list. */
  readonly suppression: boolean;
  readonly events: boolean;
  readonly inbound: boolean;
  /** The set-up tab for what else is ticked: for keys that are taken away afterwards. */
  readonly setup: boolean;
}

export interface IamFacts {
  readonly region: string;
  /** Twelve digits. */
  readonly account?: string;
  readonly domain?: string;
  readonly configurationSet?: string;
  /** Names of SNS topics and SQS queues. */
  readonly topics?: readonly string[];
  readonly queues?: readonly string[];
  readonly bucket?: string;
  readonly prefix?: string;
  /** ARN, if the bucket encrypts with a key of one's own. */
  readonly kmsKey?: string;
  /** Received mails are deleted from the bucket once they are kept here. */
  readonly cleanUp?: boolean;
}

export interface IamPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly IamStatement[];
}

export interface IamStatement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What is not known stands in angle brackets, which IAM refuses until it is filled in. */
export function iamPolicy(features: IamFeatures, facts: IamFacts): IamPolicy {
  const arns = arnsOf(facts);
  const statements = [
    ...(features.sending || features.bulk ? sending(features, facts, arns) : []),
    ...(features.suppression ? suppression(features) : []),
    ...(features.events || features.inbound ? notices(arns) : []),
    ...(features.inbound ? inbound(facts, arns) : []),
    ...(features.setup ? setup(features, arns) : []),
  ];
  return { Version: '2012-10-17', Statement: statements.filter(({ Action }) => Action.length > 0) };
}

type Arns = ReturnType<typeof arnsOf>;

function arnsOf({ region, account = '<account-id>', ...facts }: IamFacts) {
  const partition = `arn:${partitionOf(region)}`;
  const place = `${region}:${account}`;
  const bucket = `${partition}:s3:::${facts.bucket ?? '<bucket>'}`;
  return {
    identity: `${partition}:ses:${place}:identity/${facts.domain ?? '<domain>'}`,
    configurationSet: `${partition}:ses:${place}:configuration-set/${facts.configurationSet ?? '<configuration-set>'}`,
    topics: (facts.topics ?? ['<topic>']).map((name) => `${partition}:sns:${place}:${name}`),
    queues: (facts.queues ?? []).map((name) => `${partition}:sqs:${place}:${name}`),
    bucket,
    objects: `${bucket}/${facts.prefix ?? ''}*`,
  };
}

const named = (service: string, ...names: string[]) => names.map((name) => `${service}:${name}`);

const allow = (
  Sid: string,
  Action: readonly string[],
  Resource: string | readonly string[],
): IamStatement => ({
  Sid,
  Effect: 'Allow',
  Action,
  Resource,
});

/** Mail is handed over raw, which SES asks both rights for; in bulk with its text, so no template is kept there. */
function sending({ bulk }: IamFeatures, { domain = '<domain>', configurationSet }: IamFacts, arns: Arns) {
  const sends = ['SendEmail', 'SendRawEmail', ...(bulk ? ['SendBulkEmail', 'SendBulkTemplatedEmail'] : [])];
  const set = configurationSet === undefined ? [] : [arns.configurationSet];
  return [
    {
      ...allow('Send', named('ses', ...sends), [arns.identity, ...set]),
      Condition: { StringLike: { 'ses:FromAddress': `*@${domain}` } },
    },
    allow('SendingLimits', named('ses', 'GetAccount'), '*'),
  ];
}

function suppression({ setup: mayChange }: IamFeatures) {
  const list = ['GetSuppressedDestination', 'ListSuppressedDestinations'];
  const changes = ['PutSuppressedDestination', 'DeleteSuppressedDestination'];
  const account = ['GetAccount', ...(mayChange ? ['PutAccountSuppressionAttributes'] : [])];
  return [allow('Suppression', named('ses', ...list, ...changes, ...account), '*')];
}

/** An endpoint of ours confirms the subscription; a queue is read. */
function notices({ topics, queues }: Arns) {
  return [
    allow('ConfirmTopic', named('sns', 'ConfirmSubscription'), topics),
    allow('ReadQueue', queues.length > 0 ? named('sqs', ...queueReads) : [], queues),
  ];
}

const queueReads = [
  'GetQueueUrl',
  'GetQueueAttributes',
  'ReceiveMessage',
  'DeleteMessage',
  'ChangeMessageVisibility',
];

function inbound({ cleanUp, kmsKey }: IamFacts, arns: Arns) {
  return [
    allow('ReadMails', named('s3', 'GetObject', ...(cleanUp ? ['DeleteObject'] : [])), arns.objects),
    allow('ListMails', named('s3', 'ListBucket'), arns.bucket),
    allow('DecryptMails', kmsKey === undefined ? [] : named('kms', 'Decrypt'), kmsKey ?? ''),
  ];
}

function setup(features: IamFeatures, arns: Arns) {
  const plumbing = features.events || features.inbound;
  return [
    allow('SetUpIdentity', named('ses', ...identityCalls), arns.identity),
    allow(
      'SetUpToken',
      named(
        'ses',
        'VerifyDomainIdentity',
        'GetIdentityVerificationAttributes',
        'GetAccount',
        'ListConfigurationSets',
      ),
      '*',
    ),
    allow('SetUpEvents', features.events ? named('ses', ...setCalls) : [], arns.configurationSet),
    allow('SetUpPools', features.events ? named('ses', 'ListDedicatedIpPools') : [], '*'),
    allow('SetUpTopics', plumbing ? named('sns', ...topicCalls) : [], arns.topics),
    allow('FindTopics', plumbing ? named('sns', 'ListTopics') : [], '*'),
    allow(
      'SetUpQueues',
      plumbing && arns.queues.length > 0
        ? named('sqs', 'GetQueueUrl', 'GetQueueAttributes', 'CreateQueue', 'SetQueueAttributes')
        : [],
      arns.queues,
    ),
    allow('SetUpRules', features.inbound ? named('ses', ...ruleCalls) : [], '*'),
    allow('SetUpBucket', features.inbound ? named('s3', ...bucketCalls) : [], arns.bucket),
  ];
}

const identityCalls = [
  'CreateEmailIdentity',
  'GetEmailIdentity',
  'PutEmailIdentityDkimAttributes',
  'PutEmailIdentityDkimSigningAttributes',
  'PutEmailIdentityMailFromAttributes',
];
const setCalls = [
  'CreateConfigurationSet',
  'GetConfigurationSet',
  'GetConfigurationSetEventDestinations',
  'CreateConfigurationSetEventDestination',
  'UpdateConfigurationSetEventDestination',
  'PutConfigurationSetDeliveryOptions',
  'PutConfigurationSetTrackingOptions',
];
const topicCalls = [
  'CreateTopic',
  'GetTopicAttributes',
  'SetTopicAttributes',
  'ListSubscriptionsByTopic',
  'Subscribe',
];
/** Receipt rules have no ARNs in IAM. */
const ruleCalls = [
  'DescribeActiveReceiptRuleSet',
  'DescribeReceiptRuleSet',
  'ListReceiptRuleSets',
  'CreateReceiptRuleSet',
  'SetActiveReceiptRuleSet',
  'CreateReceiptRule',
  'UpdateReceiptRule',
];
const bucketCalls = [
  'CreateBucket',
  'ListBucket',
  'GetBucketPolicy',
  'PutBucketPolicy',
  'GetBucketPublicAccessBlock',
  'PutBucketPublicAccessBlock',
  'GetLifecycleConfiguration',
  'PutLifecycleConfiguration',
];
