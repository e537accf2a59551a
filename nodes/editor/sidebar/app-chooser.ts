import type { AppOverview, ClosedApp, HealthLevel } from '../../lib/overview/app-overview.ts';
import { keyedList } from './keyed-list.ts';
import { setText } from './set-text.ts';
import type { Words } from './sidebar-view.ts';

export type ShownApp = AppOverview | ClosedApp;

export const isClosed = (app: ShownApp): app is ClosedApp => 'failure' in app;
export const levelOf = (app: ShownApp): HealthLevel => (isClosed(app) ? 'bad' : app.level);

const order: readonly HealthLevel[] = ['bad', 'warning', 'good'];

export interface AppChooser {
  readonly element: JQuery;
  /** Answers the chosen one of them; at first the one that needs a person most. */
  update(apps: readonly ShownApp[]): ShownApp | undefined;
}

/** Which app the tab is about; seen as soon as there are several. */
export function appChooser(words: Words, onChange: () => void): AppChooser {
  const element = $('<select class="email-chooser">').attr('aria-label', words._('email-sidebar.chooser'));
  const show = keyedList<ShownApp>(element, { keyOf: ({ nodeId }) => nodeId, open: () => choice(words) });
  let chosen: string | undefined;
  element.on('change', () => {
    chosen = String(element.val());
    onChange();
  });
  return {
    element,
    update(apps) {
      const app = apps.find(({ nodeId }) => nodeId === chosen) ?? worstOf(apps);
      chosen = app?.nodeId;
      show(apps);
      if (element.val() !== chosen) element.val(chosen ?? '');
      element.toggleClass('email-hidden', apps.length < 2);
      return app;
    },
  };
}

function choice(words: Words) {
  const element = $('<option>');
  return {
    element,
    update(app: ShownApp) {
      element.val(app.nodeId);
      const level = words._(`email-sidebar.level.${levelOf(app)}`);
      setText(element, `${app.name || app.identity} – ${level}`);
    },
  };
}

function worstOf(apps: readonly ShownApp[]): ShownApp | undefined {
  return order.flatMap((level) => apps.filter((app) => levelOf(app) === level))[0];
}
