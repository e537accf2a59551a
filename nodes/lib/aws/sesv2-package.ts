import type * as Sdk from '@aws-sdk/client-sesv2';
import type { AwsPackage } from './aws-call.ts';

export const sesV2Package: AwsPackage<typeof Sdk> = {
  name: '@aws-sdk/client-sesv2',
  service: 'ses',
  load: () => import('@aws-sdk/client-sesv2'),
  client: (sdk, config) => new sdk.SESv2Client(config),
};
