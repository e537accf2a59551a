import type { SidebarRoom } from '../sidebar-view.ts';

/** What the parts of this view share. */
export interface MessageRoom extends SidebarRoom {
  /** Begin of the addresses that belong to the app on the screen. */
  path(): string;
}

export interface Person {
  readonly address: string;
  readonly name?: string;
}

/** A mail as the list has it: without subject and reason, and with a masked address, unless it was opened. */
export interface ListedMessage {
  readonly id: string;
  readonly state: string;
  readonly from: Person;
  readonly to: Person;
  readonly subject?: string;
  readonly code: string;
  readonly reason?: string;
  readonly attempts: number;
  /** ms since the epoch */
  readonly acceptedAt: number;
  readonly settledAt?: number;
}

export interface TimelineEntry {
  readonly at: number;
  readonly type: string;
  readonly recipient?: string;
  readonly code?: string;
  readonly reason?: string;
}

/** A mail's own words, sent or received. */
export interface OpenedMail {
  readonly from?: Person;
  readonly to: readonly Person[];
  readonly cc: readonly Person[];
  readonly bcc?: readonly string[];
  readonly subject: string;
  readonly html?: string;
  readonly text?: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly attachments: readonly OpenedAttachment[];
  /** Why its words are not there any more. */
  readonly gone?: string;
}

export interface OpenedAttachment {
  readonly filename: string;
  readonly contentType: string;
  readonly size: number;
}

export function personText({ address, name }: Person): string {
  return name ? `${name} <${address}>` : address;
}
