// What SES keeps for receiving: rule sets, one of them active.
import type { ReceiptRule } from '@aws-sdk/client-ses';

export interface ReceivingOptions {
  /** False for a region where SES only sends. */
  readonly receiving?: boolean;
}

export interface RuleSet {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  rules: ReceiptRule[];
}

export interface ReceivingState {
  readonly offered: boolean;
  readonly ruleSets: Map<string, RuleSet>;
  /** Name of the one in force. */
  active?: string;
}

export function newReceivingState({ receiving = true }: ReceivingOptions): ReceivingState {
  return { offered: receiving, ruleSets: new Map() };
}
