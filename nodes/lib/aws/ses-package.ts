import type * as Sdk from '@aws-sdk/client-ses';
import type { AwsPackage } from './aws-call.ts';

export const sesPackage: AwsPackage<typeof Sdk> = {
  name: '@aws-sdk/client-ses',
  service: 'ses',
  load: () => import('@aws-sdk/client-ses'),
  client: (sdk, config) => new sdk.SESClient(config),
};
