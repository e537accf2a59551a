import type { SidebarView, Words } from './sidebar-view.ts';

const icons: Record<string, string> = { overview: 'tachometer', messages: 'envelope-o', suppressions: 'ban' };

export interface ViewStrip {
  readonly element: JQuery;
  choose(id: string): void;
}

/** The views' names, as the filters above Node-RED's own lists; in a narrow tab only their icons. */
export function viewStrip(words: Words, views: readonly SidebarView[], go: (id: string) => void): ViewStrip {
  const buttons = views.map(({ id, element }) => {
    const label = words._(`email-sidebar.view.${id}`);
    element.attr({ id: `email-sidebar-${id}`, role: 'tabpanel', 'aria-label': label });
    return $('<button type="button" class="red-ui-sidebar-header-button-toggle" role="tab">')
      .attr({ title: label, 'data-view': id, 'aria-controls': `email-sidebar-${id}` })
      .append($('<i aria-hidden="true">').addClass(`fa fa-${icons[id]}`), $('<span>').text(label))
      .on('click', () => go(id));
  });
  const element = $('<span class="button-group" role="tablist">').append(buttons);
  element.attr('aria-label', words._('email-sidebar.views')).on('keydown', (event) => step(buttons, event));
  return {
    element,
    choose(id) {
      for (const button of buttons) {
        const isChosen = button.data('view') === id;
        button.toggleClass('selected', isChosen);
        button.attr({ 'aria-selected': String(isChosen), tabindex: isChosen ? 0 : -1 });
      }
    },
  };
}

/** The arrow keys go from one to the next, as in any strip of tabs. */
function step(buttons: readonly JQuery[], event: JQuery.KeyDownEvent): void {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (by === undefined) return;
  const at = buttons.findIndex((button) => button[0] === document.activeElement);
  const next = buttons[(at + by + buttons.length) % buttons.length];
  next?.trigger('focus').trigger('click');
  event.preventDefault();
}
