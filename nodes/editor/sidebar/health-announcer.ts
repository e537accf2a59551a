import type { HealthLevel } from '../../lib/overview/app-overview.ts';
import { isClosed, levelOf, type ShownApp } from './app-chooser.ts';
import type { Words } from './sidebar-view.ts';

export interface HealthAnnouncer {
  readonly element: JQuery;
  update(apps: readonly ShownApp[]): void;
}

/** Read out when the health of an app changes, and never else. */
export function healthAnnouncer(words: Words): HealthAnnouncer {
  const element = $('<div class="email-unseen email-announcer" role="status">');
  const known = new Map<string, HealthLevel>();
  return {
    element,
    update(apps) {
      const changed = apps.filter((app) => (known.get(app.nodeId) ?? levelOf(app)) !== levelOf(app));
      known.clear();
      for (const app of apps) known.set(app.nodeId, levelOf(app));
      if (changed.length > 0) element.text(changed.map((app) => sentenceOf(words, app)).join(' '));
    },
  };
}

function sentenceOf(words: Words, app: ShownApp): string {
  const level = words._(`email-sidebar.level.${levelOf(app)}`);
  const why = isClosed(app) ? app.failure.text : (app.remarks[0]?.text ?? '');
  return `${app.name || app.identity}: ${level}. ${why}`;
}
