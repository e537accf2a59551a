import type { SidebarRoom } from '../sidebar-view.ts';

/** What the parts of this view share. */
export interface SuppressionRoom extends SidebarRoom {
  /** Begin of the addresses that belong to the app on the screen. */
  path(): string;
  /** Something on the list is different. */
  changed(): void;
}

export interface ListedSuppression {
  /** Empty once the person was erased; `@domain` for a whole domain. */
  readonly address: string;
  readonly listTopic?: string;
  readonly cause: string;
  readonly method: string;
  /** ms since the epoch */
  readonly at: number | string;
  readonly expiresAt?: number | string;
  readonly detail?: string;
  readonly erased: boolean;
}

export interface HistoryLine {
  readonly at: number | string;
  readonly action: 'added' | 'removed' | 'erased';
  readonly listTopic?: string;
  readonly cause?: string;
  readonly method: string;
  readonly detail?: string;
}
