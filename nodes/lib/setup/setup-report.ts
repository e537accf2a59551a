/** What the set-up dialog shows, as plain JSON. */
import type { DnsRecordState } from './dns/dns-records.ts';
import type { IdentityDifference } from './identity/identity-differences.ts';
import type { SesState } from './ports/ses-ports.ts';

export interface SetupReport {
  readonly domain: string;
  readonly region: string;
  readonly identity: IdentityReport;
  /** Absent when the keys may not read it. */
  readonly account?: AccountReport;
  readonly records: readonly DnsRecordState[];
  /** BIND syntax, for “copy all”. */
  readonly zoneFile: string;
  /** What the wishes would change in an identity that was there already; nothing of it is done unless agreed to. */
  readonly differences: readonly IdentityDifference[];
  /** One sentence each. */
  readonly advice: readonly string[];
}

export interface StateReport {
  readonly state: SesState;
  readonly why: string;
}

export interface IdentityReport extends StateReport {
  readonly domain: string;
  readonly how: 'created' | 'adopted' | 'none';
  /** SES lets this domain send. */
  readonly verified: boolean;
  readonly dkim: StateReport & { readonly signing: boolean; readonly origin: string };
  readonly mailFrom?: StateReport & { readonly domain: string };
  readonly token?: StateReport;
  /** ms since the epoch: when SES was asked to look for the records, where it is known. */
  readonly askedSince?: number;
  /** How long it takes, and what happens then. */
  readonly expectation?: string;
}

export interface AccountReport {
  readonly sandbox: boolean;
  readonly sending: boolean;
  readonly enforcement: string;
  /** Recipients in 24 hours; null without a limit. */
  readonly perDay: number | null;
  readonly perSecond: number;
  readonly sentLastDay: number;
  readonly suppressedReasons: readonly string[];
  /** One sentence each, the gravest first. */
  readonly words: readonly string[];
}
