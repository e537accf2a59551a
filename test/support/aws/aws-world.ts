// Everything that the stand-in knows: one account in one region, as plain data that a test may read and change.
import type { PolicyDocument } from './policy.ts';
import type { S3State } from './s3/s3-state.ts';
import { newSesState, type SesOptions, type SesState } from './ses/ses-state.ts';
import { newReceivingState, type ReceivingOptions, type ReceivingState } from './ses-v1/receiving-state.ts';
import { newSnsState, type SnsOptions, type SnsState } from './sns/sns-state.ts';
import type { SqsState } from './sqs/queue.ts';

export interface AwsOptions extends SesOptions, ReceivingOptions, SnsOptions {
  /** `eu-central-1` by default; requests signed for another one are refused. */
  readonly region?: string;
  readonly accountId?: string;
  /** Who may sign; one user with `testKeys` by default. */
  readonly users?: readonly AwsUser[];
  /** Milliseconds since the epoch, for signatures and quotas; the machine's own by default. */
  readonly now?: () => number;
  /** What the world's name servers say; nothing by default. */
  readonly dns?: DnsLookup;
  /** 0 by default: a free one. */
  readonly port?: number;
  /** Actions that nobody may do, e.g. `ses:CreateEmailIdentity`. */
  readonly deny?: readonly string[];
  /** Asked before every call; see `Reaction`. */
  readonly script?: Script;
}

/** Values of a name: CNAME target, TXT with its parts joined, MX as `10 host`; empty, or a rejection, when there is none. */
export type DnsLookup = (
  name: string,
  type: 'CNAME' | 'TXT' | 'MX',
) => readonly string[] | Promise<readonly string[]>;

export interface AwsUser {
  readonly name: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** The session token is out of date. */
  readonly expired?: boolean;
  /** What the user may do; everything by default. */
  readonly policy?: PolicyDocument;
}

/** Of the user that every stand-in knows. */
export const testKeys = {
  accessKeyId: 'AKIATESTONLY00000001',
  secretAccessKey: 'test/secret+never/used/anywhere/else0000',
};

export interface AwsCall {
  readonly service: string;
  readonly action: string;
  readonly user: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/**
 * What happens to a call instead of the usual: an error that its service words, a connection cut before the deed,
 * one cut after it (the deed is done and nobody hears of it), or silence.
 */
export type Reaction =
  | { readonly code: string; readonly message?: string; readonly status?: number }
  | 'drop'
  | 'drop-answer'
  | 'silence'
  | undefined;
export type Script = (call: AwsCall) => Reaction;

export interface AwsWorld {
  readonly region: string;
  readonly accountId: string;
  readonly users: AwsUser[];
  /** Actions that nobody may do, e.g. `ses:CreateEmailIdentity`. */
  readonly deny: Set<string>;
  /** Every call whose signature held, refused or not. */
  readonly calls: AwsCall[];
  script: Script;
  dns: DnsLookup;
  /** Base URL of the stand-in. */
  endpoint: string;
  readonly now: () => number;
  readonly ses: SesState;
  readonly receiving: ReceivingState;
  readonly sns: SnsState;
  readonly sqs: SqsState;
  readonly s3: S3State;
  /** Work that goes on after an answer: deliveries of SNS. */
  readonly background: Set<Promise<void>>;
  /** Aborted when the stand-in closes. */
  readonly closing: AbortSignal;
}

export function inBackground({ background }: AwsWorld, work: Promise<void>): void {
  const done = work.catch(() => {}).finally(() => background.delete(done));
  background.add(done);
}

export function newWorld(options: AwsOptions, closing: AbortSignal): AwsWorld {
  const { region = 'eu-central-1', accountId = '111122223333', now = Date.now } = options;
  return {
    region,
    accountId,
    users: [...(options.users ?? [{ name: 'mailer', ...testKeys }])],
    deny: new Set(options.deny),
    calls: [],
    script: options.script ?? (() => undefined),
    dns: options.dns ?? (() => []),
    endpoint: '',
    now,
    ses: newSesState(options),
    receiving: newReceivingState(options),
    sns: newSnsState(options, region),
    sqs: { queues: new Map() },
    s3: { buckets: new Map(), foreignBuckets: new Set() },
    background: new Set(),
    closing,
  };
}
