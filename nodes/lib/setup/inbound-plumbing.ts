/** Names go in; mail for our recipients is put into a bucket and announced: first a plan, then the works. */
import { layBucket } from './plumbing/bucket-plumbing.ts';
import { checkInboundWishes, type InboundWishes } from './plumbing/inbound-wishes.ts';
import { probeInbound } from './plumbing/probe-inbound.ts';
import { chooseRuleSet, layRule } from './plumbing/receipt-rule.ts';
import { layTopic, type TopicPlumbing, type TopicRooms } from './plumbing/topic-plumbing.ts';
import type { Buckets } from './ports/aws-ports.ts';
import type { SesReceiving } from './ports/ses-ports.ts';
import { partitionOf } from './regions.ts';
import { setupRefused } from './setup-refused.ts';
import { planOrApply, type Works } from './works.ts';

export interface InboundPlumbing extends TopicPlumbing {
  readonly bucket: string;
  readonly ruleSet: string;
  /** What to do by hand to take it all away again, in this order. */
  readonly undo: readonly string[];
}

export interface InboundPorts extends TopicRooms {
  readonly receiving: SesReceiving;
  readonly buckets: Buckets;
}

/** `plan` and `apply` throw EmailError `bad-settings`, `setup-refused` or what AWS refused. */
export function inboundPlumbing(ports: InboundPorts) {
  return planOrApply((wishes: InboundWishes, works) => layInbound(wishes, works, ports));
}

/** SES tries the bucket and the topic when the rule is made, so they come first; mail flows with the last step. */
async function layInbound(
  wishes: InboundWishes,
  works: Works,
  ports: InboundPorts,
): Promise<InboundPlumbing> {
  checkInboundWishes(wishes);
  const { region } = ports;
  await requireReceiving(region, ports.receiving);
  const ruleSet = await chooseRuleSet(wishes, ports.receiving);
  const rulePath = `receipt-rule-set/${ruleSet.name}:receipt-rule/${wishes.rule}`;
  const topic = await layTopic(wishes, rulePath, works, ports);
  const source = `arn:${partitionOf(region)}:ses:${region}:${topic.account}:${rulePath}`;
  await layBucket(wishes, { source, account: topic.account }, works, ports);
  await layRule(wishes, { ...ruleSet, topicArn: topic.topicArn }, works, ports.receiving);
  return { ...topic, bucket: wishes.bucket, ruleSet: ruleSet.name, undo: undoSteps(wishes, ruleSet) };
}

async function requireReceiving(region: string, receiving: SesReceiving): Promise<void> {
  const { inbound, why } = await probeInbound(region, receiving);
  if (inbound === 'no') throw setupRefused(why, 'region');
}

function undoSteps(
  { rule, topic, bucket, destination, recipients }: InboundWishes,
  { name, active }: { readonly name: string; readonly active: boolean },
): string[] {
  return [
    `Take the MX record of ${recipients.join(', ')} away.`,
    `Delete the rule ${rule} of the receipt rule set ${name}${active ? '; the set itself was there before.' : ', then the set, if it holds no other rule.'}`,
    `Delete the SNS topic ${topic} with its subscriptions${destination.kind === 'sqs' ? ` and the SQS queue ${destination.queue}` : ''}.`,
    `Empty and delete the S3 bucket ${bucket}, or take the statement EmailAppSes out of its policy.`,
  ];
}
