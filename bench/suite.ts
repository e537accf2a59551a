/** How what is measured is written down. */
import type { Measured } from './measured.ts';

export type Tell = (line: string) => void;

export interface Variant {
  /** As charts and rounds show it. */
  readonly name: string;
  /** in `variants/`, without its ending */
  readonly file: string;
  /** Tells apart variants of one file. */
  readonly setting?: string;
  /** An app's folder that it starts with a copy of. */
  readonly startsFrom?: (tell: Tell) => Promise<string>;
  /** What this machine lacks for it, if anything: its rows are skipped then. */
  readonly lacks?: () => string | undefined;
  /** Instead of the suite's, for one that does not survive as many; rates are the same by either. */
  readonly count?: number;
  /** Mails or webhooks that reach the sink when it is given so many; left out where it tells that itself. */
  readonly arriving?: (count: number) => number;
}

export interface Measure {
  /** Of a chart's file, where a suite has several. */
  readonly name: string;
  /** What a bar is long by, as the chart says it. */
  readonly says: string;
  readonly of: (measured: Measured) => number;
}

export interface Row {
  readonly name: string;
  readonly of: Variant;
  readonly against?: Variant;
  readonly by: Measure;
  /** Without one the row is a ratio. With one it is an amount: how much more than `against`, if that is given. */
  readonly unit?: string;
  /** The least, or the most where less is better; left out where a row is for information. */
  readonly target?: { readonly least: number } | { readonly most: number };
}

export interface Suite {
  readonly name: string;
  /** What takes the mails or webhooks. */
  readonly sink: 'smtp-sink' | 'slow-smtp-sink' | 'ses-sink' | 'webhook-sink';
  /** Mails, webhooks, requests or starts of a round. */
  readonly count: number;
  /** As many before what is measured; a fifth of `count` if left out. */
  readonly warmUp?: number;
  readonly rounds: number;
  readonly variants: readonly Variant[];
  readonly rows: readonly Row[];
}

/** Of the command line. */
export interface Sizes {
  /** of the filled suppression list */
  readonly entries: number;
  /** of the largest message, and mails waiting in the fuller outbox */
  readonly recipients: number;
}

export const rate: Measure = {
  name: 'rate',
  says: 'a second',
  of: ({ done, seconds }) => done / seconds,
};
export const cpu: Measure = {
  name: 'cpu',
  says: 'CPU each',
  of: ({ done, cpuMicroseconds = Number.NaN }) => cpuMicroseconds / done,
};
export const time: Measure = {
  name: 'time',
  says: 'time each',
  of: ({ done, seconds }) => seconds / done,
};

export const all = (count: number): number => count;
export const none = (): number => 0;
