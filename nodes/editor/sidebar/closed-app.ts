import type { ClosedApp } from '../../lib/overview/app-overview.ts';
import { healthLight } from './health-light.ts';
import { setText } from './set-text.ts';
import { sidebarButton } from './sidebar-button.ts';
import type { SidebarRoom } from './sidebar-view.ts';

/** An app that could not be opened: why, and the way to its settings. */
export function closedApp(room: SidebarRoom): { element: JQuery; update(app: ClosedApp): void } {
  let nodeId = '';
  const light = healthLight(room.words);
  const name = $('<h3>');
  const identity = $('<p class="email-head-identity">');
  const why = $('<span>');
  const settings = sidebarButton(room, { icon: 'cog', name: 'settings' }, () =>
    RED.editor.editConfig('', 'email-app', nodeId),
  );
  light.update('bad');
  return {
    element: $('<div class="email-head">').append(
      $('<div class="email-head-line">').append(name, light.element),
      identity,
      $('<p>').text(room.words._('email-sidebar.closed')),
      $('<ul class="email-remarks">').append(
        $('<li data-level="bad">').append('<i class="fa fa-times-circle" aria-hidden="true">', why),
      ),
      $('<div class="email-sidebar-buttons">').append(settings.element),
    ),
    update(app) {
      nodeId = app.nodeId;
      setText(name, app.name || app.identity);
      setText(identity, app.identity);
      setText(why, app.failure.text);
    },
  };
}
