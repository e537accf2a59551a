/** Notices of Amazon between their receipt and the work on them: on disk before the sender is told that they are. */

/** `event`: of a mail that was sent; `mail`: of one that came in. */
export type NoticeKind = 'event' | 'mail';

export interface NewNotice {
  /** Of SNS or SQS: the same message is taken once. */
  readonly id: string;
  readonly kind: NoticeKind;
  /** JSON text of SES. */
  readonly body: string;
  /** ms since the epoch */
  readonly arrivedAt: number;
  /** It cannot be worked on: kept for a person. */
  readonly setAside?: string;
}

export interface WaitingNotice {
  readonly id: string;
  readonly body: string;
  readonly arrivedAt: number;
  /** Times it was tried in vain. */
  readonly attempts: number;
}

export type NoticeOutcome =
  | { readonly id: string; readonly kind: 'done' }
  | { readonly id: string; readonly kind: 'later'; readonly dueAt: number }
  | { readonly id: string; readonly kind: 'set-aside'; readonly why: string };

export interface NoticeBox {
  /** On disk when it resolves; ids that were there before are left as they are. Throws EmailError, retryable. */
  accept(notices: readonly NewNotice[]): Promise<void>;
  /** Oldest first. */
  due(kind: NoticeKind, limit: number, now: number): Promise<readonly WaitingNotice[]>;
  /** The ids stay, so that they are not taken again. */
  settle(outcomes: readonly NoticeOutcome[]): Promise<void>;
  counts(): Promise<{ readonly waiting: number; readonly setAside: number }>;
  /** Ids of finished notices that came before `doneBefore`, and notices set aside that came before `setAsideBefore`, go. */
  prune(doneBefore: number, setAsideBefore: number): Promise<void>;
}
