/** The AWS clients go in; every port that the set-up has to AWS comes out. */
import type { AwsClients } from '../../aws/aws-clients.ts';
import { type PoliteCalls, politely } from '../polite-calls.ts';
import type { Buckets, Queues, Topics } from './aws-ports.ts';
import { bucketsOverAws } from './buckets-over-aws.ts';
import { identitiesOverAws } from './identities-over-aws.ts';
import { queuesOverAws, topicsOverAws } from './notices-over-aws.ts';
import { receivingOverAws } from './receiving-over-aws.ts';
import { accountsOverAws, configurationSetsOverAws, suppressionsOverAws } from './ses-over-aws.ts';
import type {
  SesAccounts,
  SesConfigurationSets,
  SesIdentities,
  SesReceiving,
  SesSuppressions,
} from './ses-ports.ts';

export interface AwsPorts {
  readonly ses: SesIdentities & SesAccounts & SesConfigurationSets & SesSuppressions;
  readonly receiving: SesReceiving;
  readonly topics: Topics;
  readonly queues: Queues;
  readonly buckets: Buckets;
  readonly region: string;
}

type Calls = Pick<AwsClients, 'sesv2' | 'ses' | 'sns' | 'sqs' | 's3'>;

/** `calls`: those of the account, which SES paces. The clients stay the caller’s to close. */
export function setupOverAws(clients: Calls, region: string, calls: PoliteCalls): AwsPorts {
  const { sns, sqs, s3 } = clients;
  const sesv2 = politely(clients.sesv2, calls);
  const ses = politely(clients.ses, calls);
  return {
    ses: {
      ...identitiesOverAws(sesv2, ses),
      ...accountsOverAws(sesv2),
      ...configurationSetsOverAws(sesv2),
      ...suppressionsOverAws(sesv2),
    },
    receiving: receivingOverAws(ses),
    topics: topicsOverAws(sns),
    queues: queuesOverAws(sqs),
    buckets: bucketsOverAws(s3, region),
    region,
  };
}
