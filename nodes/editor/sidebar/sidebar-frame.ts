import { appChooser, isClosed, type ShownApp } from './app-chooser.ts';
import { closedApp } from './closed-app.ts';
import { healthAnnouncer } from './health-announcer.ts';
import { openMessagesView } from './messages-view.ts';
import { openOverview } from './overview-view.ts';
import type { SidebarPage } from './sidebar-page.ts';
import type { SidebarRoom, ViewWish } from './sidebar-view.ts';
import { openSuppressionsView } from './suppressions-view.ts';
import { viewStage } from './view-stage.ts';
import { viewStrip } from './view-strip.ts';

/** The views of the tab, in their order. */
const openViews = [openOverview, openMessagesView, openSuppressionsView];

export interface SidebarFrame {
  /** The latest of all apps. */
  update(apps: readonly ShownApp[]): void;
  /** Nothing may be seen. */
  clear(): void;
  go(view: string, wish?: ViewWish): void;
}

/** Fills the page: which app and which view of it are on the screen. */
export function openFrame(room: SidebarRoom, { header, body, content }: SidebarPage): SidebarFrame {
  let apps: readonly ShownApp[] = [];
  let chosen = 'overview';
  const views = openViews.map((open) => open(room));
  const stage = viewStage(views);
  const strip = viewStrip(room.words, views, (id) => go(id));
  const chooser = appChooser(room.words, () => show());
  const closed = closedApp(room);
  const announcer = healthAnnouncer(room.words);
  const empty = $('<p class="email-sidebar-empty">').text(room.words._('email-sidebar.empty'));
  header.append(strip.element, chooser.element);
  body.append(empty, closed.element, ...views.map(({ element }) => element));
  content.append(announcer.element);
  clear();
  return { update, clear, go };

  function clear(): void {
    update([]);
    empty.addClass('email-hidden');
  }

  function update(latest: readonly ShownApp[]): void {
    apps = latest;
    header.toggleClass('email-hidden', apps.length === 0);
    empty.toggleClass('email-hidden', apps.length > 0);
    announcer.update(apps);
    show();
  }

  function go(view: string, wish?: ViewWish): void {
    chosen = view;
    show(wish);
  }

  function show(wish?: ViewWish): void {
    const app = chooser.update(apps);
    const isShut = app !== undefined && isClosed(app);
    strip.choose(chosen);
    closed.element.toggleClass('email-hidden', !isShut);
    if (!app || isShut) stage.leave();
    else stage.show(chosen, app, wish);
    if (isShut) closed.update(app);
  }
}
