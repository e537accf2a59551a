import type * as Sdk from '@aws-sdk/client-sns';
import type { AwsPackage } from './aws-call.ts';

export const snsPackage: AwsPackage<typeof Sdk> = {
  name: '@aws-sdk/client-sns',
  service: 'sns',
  load: () => import('@aws-sdk/client-sns'),
  client: (sdk, config) => new sdk.SNSClient(config),
};
