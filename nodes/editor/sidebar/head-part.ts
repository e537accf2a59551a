import type { AppOverview, HealthRemark } from '../../lib/overview/app-overview.ts';
import { callAdmin } from '../call-admin.ts';
import { healthLight } from './health-light.ts';
import { keyedList } from './keyed-list.ts';
import type { Part } from './part.ts';
import { setText } from './set-text.ts';
import { sidebarButton } from './sidebar-button.ts';
import type { SidebarRoom } from './sidebar-view.ts';

/** Who the app is, how it is, what a person should know of it, and the switch that stops its mail. */
export function headPart(room: SidebarRoom): Part {
  const { words } = room;
  const light = healthLight(words);
  const name = $('<h3>');
  const identity = $('<p class="email-head-identity">');
  const route = $('<p>');
  const remarks = $('<ul class="email-remarks">');
  const showRemarks = keyedList<HealthRemark>(remarks, {
    keyOf: ({ code, text }) => `${code} ${text}`,
    open: () => remarkRow(),
  });
  const buttons = headButtons(room);
  return {
    element: $('<div class="email-head">').append(
      $('<div class="email-head-line">').append(name, light.element),
      identity,
      route,
      remarks,
      buttons.element,
    ),
    update(app) {
      setText(name, app.name || app.identity);
      setText(identity, app.identity);
      identity.toggleClass('email-hidden', app.name === app.identity);
      setText(route, routeSentence(room, app));
      light.update(app.level);
      showRemarks(app.remarks);
      buttons.update(app);
    },
  };
}

function routeSentence({ words }: SidebarRoom, { route, routeText, store }: AppOverview): string {
  const way = words._(`email-sidebar.route.${route}`, { where: routeText });
  return store === 'postgres' ? `${way} ${words._('email-sidebar.postgres')}` : way;
}

function remarkRow() {
  const icon = $('<i aria-hidden="true">');
  const text = $('<span>');
  return {
    element: $('<li>').append(icon, text),
    update(remark: HealthRemark) {
      icon.attr('class', `fa fa-${remark.level === 'bad' ? 'times-circle' : 'exclamation-triangle'}`);
      text.parent().attr('data-level', remark.level);
      setText(text, remark.text);
    },
  };
}

function headButtons(room: SidebarRoom): Part {
  let app: AppOverview | undefined;
  const isPaused = () => Boolean(app?.queue.paused || app?.queue.marketingPaused);
  const toggle = sidebarButton(room, { icon: 'pause', name: 'pause', scope: 'write' }, () => {
    if (app) return turn(room, app, isPaused() ? 'resume' : 'pause');
  });
  const settings = sidebarButton(room, { icon: 'cog', name: 'settings' }, () =>
    RED.editor.editConfig('', 'email-app', app?.nodeId ?? ''),
  );
  const nodes = sidebarButton(room, { icon: 'search', name: 'nodes' }, () =>
    RED.search.show(`uses:${app?.nodeId}`),
  );
  return {
    element: $('<div class="email-sidebar-buttons">').append(toggle.element, settings.element, nodes.element),
    update(shown) {
      app = shown;
      if (isPaused()) toggle.look('play', 'resume');
      else toggle.look('pause', 'pause');
    },
  };
}

/** Of what was done last: only that can be undone. */
let offer: EditorNotification | undefined;

/** Does it at once, and offers the way back. */
function turn(room: SidebarRoom, app: AppOverview, change: 'pause' | 'resume'): Promise<void> {
  const { words, attempt } = room;
  const back = change === 'pause' ? 'resume' : 'pause';
  return attempt(async () => {
    offer?.close();
    offer = undefined;
    await callAdmin('POST', `${app.nodeId}/${change}`);
    const said = words._(`email-sidebar.done.${change}`, { app: app.name || app.identity });
    const undo = {
      text: words._('email-sidebar.button.undo'),
      click() {
        offer?.close();
        void attempt(() => callAdmin('POST', `${app.nodeId}/${back}`));
      },
    };
    offer = RED.notify($('<p>').text(said), { type: 'success', timeout: 10_000, buttons: [undo] });
  });
}
