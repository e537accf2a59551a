/** How AWS is reached goes in; calls of its services by operation and input come out, typed as the SDK types them. */

import type * as S3 from '@aws-sdk/client-s3';
import type * as Ses from '@aws-sdk/client-ses';
import type * as SesV2 from '@aws-sdk/client-sesv2';
import type * as Sns from '@aws-sdk/client-sns';
import type * as Sqs from '@aws-sdk/client-sqs';
import type { Clock } from '../kernel/clock.ts';
import type { AwsAccess } from '../settings/app-settings.ts';
import { type AwsCall, awsCall } from './aws-call.ts';
import { awsConfig } from './aws-config.ts';
import { s3Package } from './s3-package.ts';
import { sesPackage } from './ses-package.ts';
import { sesV2Package } from './sesv2-package.ts';
import { snsPackage } from './sns-package.ts';
import { sqsPackage } from './sqs-package.ts';

/**
 * Every call loads its SDK package on first use and throws EmailError (see `awsFailure`; `missing-package` when the
 * package is not installed). `detail.name` is AWS's own name of the error, e.g. `NotFoundException`. Calls are tried
 * up to three times by the SDK, but for those that send: these are tried once.
 */
export interface AwsClients {
  /** e.g. `sesv2('GetAccount', {})` */
  readonly sesv2: AwsCall<typeof SesV2>;
  /** The first API of SES: receipt rules and the TXT token of a domain. */
  readonly ses: AwsCall<typeof Ses>;
  readonly sns: AwsCall<typeof Sns>;
  readonly sqs: AwsCall<typeof Sqs>;
  readonly s3: AwsCall<typeof S3>;
  /** Idle connections end at once, busy ones after their answer. */
  close(): Promise<void>;
}

export interface AwsClientsOptions {
  /** Connections at the same time. */
  readonly connections?: number;
}

export function awsClients(access: AwsAccess, clock: Clock, options: AwsClientsOptions = {}): AwsClients {
  const shared = awsConfig(access, clock, options.connections ?? usualConnections);
  return {
    sesv2: awsCall(sesV2Package, shared),
    ses: awsCall(sesPackage, shared),
    sns: awsCall(snsPackage, shared),
    sqs: awsCall(sqsPackage, shared),
    s3: awsCall(s3Package, shared),
    close: () => shared.close(),
  };
}

const usualConnections = 5;
