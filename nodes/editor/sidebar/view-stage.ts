import type { AppOverview } from '../../lib/overview/app-overview.ts';
import type { SidebarView, ViewWish } from './sidebar-view.ts';

/** Shows one view of one app at a time; the others are told to leave. */
export function viewStage(views: readonly SidebarView[]) {
  let shown: { view: SidebarView; nodeId: string } | undefined;
  const leave = (): void => {
    shown?.view.hide();
    shown?.view.element.addClass('email-hidden');
    shown = undefined;
  };
  for (const { element } of views) element.addClass('email-hidden');
  return {
    leave,
    show(id: string, app: AppOverview, wish?: ViewWish): void {
      const isSame = shown?.view.id === id && shown.nodeId === app.nodeId;
      if (isSame && !wish) {
        shown?.view.update?.(app);
        return;
      }
      if (!isSame) leave();
      const view = views.find((one) => one.id === id);
      if (!view) return;
      view.element.removeClass('email-hidden');
      shown = { view, nodeId: app.nodeId };
      view.show(app, wish);
    },
  };
}
