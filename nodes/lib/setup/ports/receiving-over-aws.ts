/** The set-up’s port to the receipt rules of SES (version 1), over the AWS clients. */
import type * as Ses from '@aws-sdk/client-ses';
import type { AwsClients } from '../../aws/aws-clients.ts';
import { allPages, ifThere } from './if-there.ts';
import type { ReceiptAction, ReceiptRule, ReceiptRuleSet, SesReceiving } from './ses-ports.ts';

export function receivingOverAws(ses: AwsClients['ses']): SesReceiving {
  return {
    describeActiveReceiptRuleSet: async () => readSet(await ses('DescribeActiveReceiptRuleSet', {})),
    async describeReceiptRuleSet(name) {
      const given = await ifThere(ses('DescribeReceiptRuleSet', { RuleSetName: name }));
      return given && readSet(given);
    },
    listReceiptRuleSets: () =>
      allPages(async (next) => {
        const { RuleSets = [], NextToken } = await ses('ListReceiptRuleSets', { NextToken: next });
        return { items: RuleSets.map(({ Name }) => Name ?? ''), next: NextToken };
      }),
    async createReceiptRuleSet(name) {
      await ses('CreateReceiptRuleSet', { RuleSetName: name });
    },
    async setActiveReceiptRuleSet(name) {
      await ses('SetActiveReceiptRuleSet', { RuleSetName: name });
    },
    async createReceiptRule(set, rule, after) {
      await ses('CreateReceiptRule', { RuleSetName: set, Rule: writeRule(rule), After: after });
    },
    async updateReceiptRule(set, rule) {
      await ses('UpdateReceiptRule', { RuleSetName: set, Rule: writeRule(rule) });
    },
  };
}

/** Without an active set the answer is empty. */
function readSet({ Metadata, Rules }: Ses.DescribeActiveReceiptRuleSetResponse): ReceiptRuleSet | undefined {
  if (Metadata?.Name === undefined) return undefined;
  return { name: Metadata.Name, rules: (Rules ?? []).map(readRule) };
}

function readRule({
  Name,
  Enabled,
  ScanEnabled,
  TlsPolicy,
  Recipients,
  Actions,
}: Ses.ReceiptRule): ReceiptRule {
  return {
    name: Name ?? '',
    enabled: Enabled ?? false,
    scan: ScanEnabled ?? false,
    tls: TlsPolicy ?? 'Optional',
    recipients: Recipients ?? [],
    actions: (Actions ?? []).map(readAction),
  };
}

/** An S3 action with a key or role of its own is nothing this package made. */
function readAction({ S3Action, StopAction, ...others }: Ses.ReceiptAction): ReceiptAction {
  if (StopAction) return { kind: 'stop' };
  if (S3Action?.BucketName === undefined || S3Action.KmsKeyArn || S3Action.IamRoleArn)
    return { kind: 'other', name: Object.keys(others)[0] ?? 'S3Action' };
  const { BucketName: bucket, ObjectKeyPrefix: prefix = '', TopicArn: topicArn } = S3Action;
  return { kind: 's3', bucket, prefix, topicArn };
}

function writeRule({ name, enabled, scan, tls, recipients, actions }: ReceiptRule): Ses.ReceiptRule {
  return {
    Name: name,
    Enabled: enabled,
    ScanEnabled: scan,
    TlsPolicy: tls,
    Recipients: [...recipients],
    Actions: actions.flatMap((action) =>
      action.kind === 's3'
        ? [
            {
              S3Action: {
                BucketName: action.bucket,
                ObjectKeyPrefix: action.prefix,
                TopicArn: action.topicArn,
              },
            },
          ]
        : [],
    ),
  };
}
