/** What the steps of the self-test are given, and how they end. */
import type { Clock } from '../../kernel/clock.ts';
import type { OutgoingMail, Receipt } from '../../transport/transport.ts';
import type { Buckets } from '../ports/aws-ports.ts';
import type { SesAccounts, SesIdentities } from '../ports/ses-ports.ts';
import type { AwaitEvent } from './queue-events.ts';

export interface SelfTestPorts {
  readonly ses: Pick<SesAccounts, 'getAccount'> & Pick<SesIdentities, 'getEmailIdentity'>;
  /** By the app's SES route, so with its configuration set. */
  readonly deliver: (mail: OutgoingMail) => Promise<Receipt>;
  /** Absent when no events are set up. */
  readonly awaitEvent?: AwaitEvent;
  readonly buckets?: Pick<Buckets, 'listObjectsV2' | 'getObject'>;
  readonly clock: Clock;
  readonly newId: () => string;
}

export interface SelfTestFacts {
  readonly domain: string;
  /** An address of the domain. */
  readonly sender: string;
  /** Absent when nothing is received. */
  readonly inbound?: { readonly address: string; readonly bucket: string; readonly prefix: string };
}

export interface SelfTestRun {
  readonly facts: SelfTestFacts;
  readonly ports: SelfTestPorts;
  readonly signal: AbortSignal;
}

/** Resolves with what was found, as a sentence. `Skipped` is thrown by what cannot be tried here. */
export type SelfTestTry = (run: SelfTestRun) => Promise<string>;

export class Skipped extends Error {}
