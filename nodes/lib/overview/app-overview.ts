/** All that the sidebar and the metrics say of one app at a glance. Plain JSON; no secret, no address of a recipient. */
import type { HourTally, Tally } from '../message-log/event-tally.ts';

export type HealthLevel = 'good' | 'warning' | 'bad';

/** One thing that a person should know. `code` is of the closed union, or `paused`, `marketing-paused`, `sandbox`. */
export interface HealthRemark {
  readonly level: Exclude<HealthLevel, 'good'>;
  readonly code: string;
  /** A sentence that a person can act on. */
  readonly text: string;
}

export interface QueueOverview {
  readonly waiting: number;
  readonly scheduled: number;
  readonly sending: number;
  readonly unknown: number;
  /** ms since the epoch */
  readonly oldestDueAt?: number;
  readonly nextAttemptAt?: number;
  /** Mails per second at most at present. */
  readonly rate: number;
  readonly paused: boolean;
  readonly pauseReason?: string;
  readonly marketingPaused?: string;
}

/** A share of the mails of the last hours, from 0 to 1, with the marks of who judges it. */
export interface Reputation {
  readonly mails: number;
  readonly hours: number;
  readonly bounces: number;
  readonly complaints: number;
}

/** Gmail's sender guidelines, and Amazon SES's review and pause. */
export const thresholds = {
  gmail: { complaints: { warn: 0.001, bad: 0.003 } },
  ses: { bounces: { warn: 0.05, bad: 0.1 }, complaints: { warn: 0.001, bad: 0.005 } },
} as const;

export interface DnsTick {
  readonly name: 'spf' | 'dkim' | 'dmarc' | 'mail-from' | 'mx';
  readonly state: 'ok' | 'missing' | 'wrong' | 'unknown';
  /** Why it is not ok. */
  readonly text?: string;
}

export interface WebhookOverview {
  /** Of the webhook-out node. */
  readonly nodeId: string;
  readonly name: string;
  /** Host of its address. */
  readonly host: string;
  readonly waiting: number;
  readonly dead: number;
  readonly oldestAt?: number;
  readonly disabled: boolean;
}

export interface TokenOverview {
  readonly account: string;
  readonly needsPerson: boolean;
  /** ms since the epoch */
  readonly validUntil?: number;
  readonly nextRenewalAt?: number;
}

export interface InboundOverview {
  readonly waiting: number;
  readonly setAside: number;
  readonly forwardingAddress?: string;
  /** When Gmail's forwarding confirmation came last (ms since the epoch). */
  readonly forwardingCodeAt?: number;
}

export interface AppOverview {
  /** Of the email-app node. */
  readonly nodeId: string;
  readonly appId: string;
  readonly name: string;
  /** Its domain or mailbox. */
  readonly identity: string;
  readonly route: 'ses' | 'smtp' | 'capture' | 'none';
  /** e.g. `mail.example.com:587`, `eu-central-1` */
  readonly routeText: string;
  readonly store: 'file' | 'postgres';
  readonly level: HealthLevel;
  /** Worst first. */
  readonly remarks: readonly HealthRemark[];
  readonly queue: QueueOverview;
  readonly tally: { readonly hour: Tally; readonly day: Tally; readonly month: Tally };
  /** Each of the last 24 hours, oldest first, the empty ones too. */
  readonly hours: readonly HourTally[];
  /** Each of the last 30 days (UTC), oldest first, by their begin. */
  readonly days: readonly HourTally[];
  readonly reputation: Reputation;
  /** Empty until it was looked up, and for a mailbox. */
  readonly dns: readonly DnsTick[];
  readonly token?: TokenOverview;
  readonly webhooks: readonly WebhookOverview[];
  readonly inbound: InboundOverview;
  readonly suppressions: number;
}

/** An app that could not be opened. */
export interface ClosedApp {
  readonly nodeId: string;
  readonly name: string;
  readonly identity: string;
  readonly failure: { readonly code: string; readonly text: string };
}
