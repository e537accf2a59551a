import type * as Sdk from '@aws-sdk/client-s3';
import type { AwsPackage } from './aws-call.ts';

export const s3Package: AwsPackage<typeof Sdk> = {
  name: '@aws-sdk/client-s3',
  service: 's3',
  load: () => import('@aws-sdk/client-s3'),
  client: (sdk, { requestHandler, ...config }) =>
    new sdk.S3Client({
      ...config,
      // objects are read as streams; a bucket's name is part of the host only where that host is AWS's own
      requestHandler: 'streaming' in requestHandler ? requestHandler.streaming : requestHandler,
      forcePathStyle: config.endpoint !== undefined,
    }),
};
