import type { Part } from './part.ts';
import { openSection } from './section.ts';
import { setText } from './set-text.ts';
import { sidebarButton } from './sidebar-button.ts';
import type { SidebarRoom } from './sidebar-view.ts';

/** How long the list of those is who are no longer sent to. */
export function suppressionsPart(room: SidebarRoom): Part {
  const { words } = room;
  const section = openSection(words._('email-sidebar.section.suppressions'));
  const count = $('<p>');
  const show = sidebarButton(room, { icon: 'list', name: 'suppressions' }, () => room.go('suppressions'));
  section.body.append(count, $('<div class="email-sidebar-buttons">').append(show.element));
  return {
    element: section.element,
    update({ suppressions }) {
      const key = suppressions === 0 ? 'none' : 'count';
      setText(count, words._(`email-sidebar.suppressions.${key}`, { count: suppressions.toLocaleString() }));
    },
  };
}
