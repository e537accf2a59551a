import type * as Sdk from '@aws-sdk/client-sqs';
import type { AwsPackage } from './aws-call.ts';

export const sqsPackage: AwsPackage<typeof Sdk> = {
  name: '@aws-sdk/client-sqs',
  service: 'sqs',
  load: () => import('@aws-sdk/client-sqs'),
  client: (sdk, config) => new sdk.SQSClient(config),
};
