/** What an app keeps, in the clear and in the form of neither store: so one moves to the other. */

import type { ReceiptFacts } from '../inbound/inbound-queue.ts';
import type { MessageClass } from '../mail/mail-content.ts';
import type { Mailbox } from '../mail/mailbox.ts';
import type { Notify } from '../mail/notify.ts';
import type { Access } from '../message-log/access-log.ts';
import type { MailingCopy } from '../outbound/mailings.ts';
import type { PartState } from '../outbound/outbox.ts';
import type { OutcomeWords, PartWords } from '../store/outbox-sealed.ts';
import type { WebhookTarget } from '../webhook/webhook-queue.ts';

/** A copy of a mail is named by its request and its position there. */
export interface KeptPlace {
  readonly request: number;
  readonly position: number;
}

/** Times are ms since the epoch. Each kind in its order. */
export interface Kept {
  readonly request: {
    readonly key: number;
    readonly id: string;
    readonly node: string;
    readonly reports: boolean;
    readonly priority: number;
    readonly sender: Mailbox;
    readonly subject: string;
    readonly messageClass: MessageClass;
    readonly listTopic?: string;
    readonly callbackData?: string;
    readonly notify?: Notify;
    readonly acceptedAt: number;
    readonly startsAt: number;
    readonly expiresAt?: number;
    readonly partCount: number;
    /** SHA-256 of its idempotency key. */
    readonly idempotency?: Uint8Array;
    readonly fingerprint?: string;
    readonly message?: string;
  };
  readonly content: { readonly request: number; readonly bytes: Uint8Array };
  readonly part: KeptPlace & {
    readonly id: string;
    readonly messageId: string;
    readonly correlationId?: string;
    readonly words: PartWords;
    readonly state: PartState;
    readonly priority: number;
    readonly dueAt: number;
    readonly pausedBy?: string;
    /** The node that has not had its result. */
    readonly owedTo?: string;
    readonly attempts: number;
    readonly code: string;
    readonly partlyTaken: boolean;
    readonly providerMessageId?: string;
    readonly settledAt?: number;
    readonly outcome: OutcomeWords;
  };
  readonly delivery: KeptPlace & {
    readonly recipient: string;
    readonly state: number;
    readonly at: number;
    readonly reason: string;
  };
  readonly mailing: {
    readonly request: number;
    readonly id: string;
    readonly priority: number;
    readonly dueAt: number;
    readonly copies: number;
    /** Those before are parts already. */
    readonly drawn: number;
  };
  /** Copies that are not drawn yet, each with its place in its mailing. */
  readonly copy: {
    readonly mailing: string;
    readonly request: number;
    readonly place: number;
    readonly copy: MailingCopy;
  };
  readonly pause: { readonly domain: string; readonly until: number; readonly reason: string };
  readonly event: {
    readonly sequence: number;
    readonly at: number;
    readonly type: string;
    readonly request?: number;
    readonly position?: number;
    readonly key?: string;
    readonly person?: Uint8Array;
    readonly spelling?: Uint8Array;
    readonly fact?: Readonly<Record<string, unknown>>;
  };
  /** At the last event that it has had. */
  readonly reader: { readonly reader: string; readonly sequence: number };
  readonly suppression: SuppressionColumns & {
    readonly expires_at: number | null;
    readonly address: string | null;
  };
  readonly history: SuppressionColumns & { readonly action: string };
  readonly softBounce: { readonly person: Uint8Array; readonly mail: string; readonly at: number };
  readonly webhook: {
    readonly key: number;
    readonly id: string;
    readonly endpoint: string;
    readonly subject?: string;
    readonly type: string;
    readonly origin: string;
    readonly target?: WebhookTarget;
    readonly acceptedAt: number;
    readonly since: number;
    /** Of the first of its subject. */
    readonly dueAt?: number;
    readonly attempts: number;
    readonly deadAt?: number;
    readonly code: string;
    readonly why: string;
    readonly body: string;
    readonly message?: string;
    readonly person?: Uint8Array;
    readonly spelling?: Uint8Array;
  };
  readonly received: {
    readonly id: string;
    readonly isAside: boolean;
    readonly attempts: number;
    readonly acted: number;
    readonly asideAt?: number;
    readonly why?: string;
    readonly facts: ReceiptFacts;
    readonly bytes: Uint8Array;
  };
  readonly sourceKey: {
    readonly source: string;
    readonly sourceKey: string;
    readonly id: string;
    readonly at: number;
    readonly digest?: Uint8Array;
  };
  readonly notice: {
    readonly id: string;
    readonly kind: string;
    readonly arrivedAt: number;
    readonly dueAt?: number;
    readonly attempts: number;
    readonly setAside?: string;
    readonly body?: string;
  };
  readonly access: Access;
  readonly note: { readonly name: string; readonly value: string };
}

interface SuppressionColumns {
  readonly person: Uint8Array;
  readonly spelling: Uint8Array;
  readonly topic: string;
  readonly cause: string | null;
  readonly method: string;
  readonly at: number;
  readonly email_id: string | null;
  readonly ip: string | null;
  readonly user_agent: string | null;
  readonly detail: string | null;
}

export type Kind = keyof Kept;

/** In the order in which they are moved: what others refer to comes first. */
export const kinds = [
  'request',
  'content',
  'part',
  'delivery',
  'mailing',
  'copy',
  'pause',
  'event',
  'reader',
  'suppression',
  'history',
  'softBounce',
  'webhook',
  'received',
  'sourceKey',
  'notice',
  'access',
  'note',
] as const satisfies readonly Kind[];

/** One kind in one store. */
export interface Shelf<Record> {
  read(): AsyncIterable<readonly Record[]>;
  write(records: readonly Record[]): Promise<void>;
  count(): Promise<number>;
}

export type Shelves = { readonly [Name in Kind]: Shelf<Kept[Name]> };

/** What the suppression list knows about itself. */
export interface KeptList {
  /** Of the key that its addresses are hashed with; empty if there was none yet. */
  readonly fingerprint: string;
  readonly someErased: boolean;
}

/** A store that an app can be moved out of, or into. Nobody else has it open. */
export interface MovableStore {
  /** As people know it. */
  readonly name: string;
  readonly shelves: Shelves;
  /** Throws EmailError `store-in-use` when another program has it open by now. */
  requireAlone(): Promise<void>;
  readList(): Promise<KeptList>;
  /** All but notes about the move itself. */
  clear(): Promise<void>;
  /** Before events are written: writing other kinds may have made some. */
  clearEvents(): Promise<void>;
  /** Sets what is counted beside the rows, once all of them are there. */
  finish(list: KeptList): Promise<void>;
  readNote(name: string): Promise<string | undefined>;
  writeNote(name: string, value: string | undefined): Promise<void>;
}
