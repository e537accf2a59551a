import type { AppOverview } from '../../lib/overview/app-overview.ts';

/** The plugin's own texts, whose keys begin with `email-sidebar.` */
export interface Words {
  _(key: string, values?: Record<string, string | number>): string;
}

/** What a view may open with. */
export interface ViewWish {
  /** Only the mails in these states. */
  readonly states?: readonly string[];
}

/** What the tab does for its views. */
export interface SidebarRoom {
  readonly words: Words;
  /** Whether the person may do this; without it a button rests, and its title names the permission. */
  may(scope: 'read' | 'write' | 'decrypt'): boolean;
  /** Runs what a button asks for; why it failed is shown at the top of the tab. Then the numbers are asked for anew. */
  attempt(work: () => Promise<unknown>): Promise<void>;
  /** Shows another view of the same app. */
  go(view: string, wish?: ViewWish): void;
}

/** One of the views of the tab; its name in the tab strip is the text `email-sidebar.view.<id>`. */
export interface SidebarView {
  readonly id: string;
  /** Is put on the page once, and hidden and shown there; elements in it are updated and never thrown away at each tick. */
  readonly element: JQuery;
  /** It comes on the screen, or another app was chosen; `app.nodeId` stands in the addresses. */
  show(app: AppOverview, wish?: ViewWish): void;
  /** New numbers of the same app, every two seconds while it is on the screen. */
  update?(app: AppOverview): void;
  /** It leaves the screen: nothing more is asked for. */
  hide(): void;
}

export type OpenView = (room: SidebarRoom) => SidebarView;
