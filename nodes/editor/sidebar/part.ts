import type { AppOverview } from '../../lib/overview/app-overview.ts';

/** A piece of the page that is made once, and told of new numbers. */
export interface Part {
  readonly element: JQuery;
  update(app: AppOverview): void;
}
