import { callAdminLive, saveFromAdmin } from '../../call-admin.ts';
import { sidebarButton } from '../sidebar-button.ts';
import { sidebarProgress } from '../sidebar-progress.ts';
import type { MessageRoom } from './message-room.ts';
import type { Query } from './search-form.ts';

/** What the search finds, all of it, as a file. */
export function exportPart(room: MessageRoom, query: () => Query): { readonly element: JQuery } {
  const { words } = room;
  const progress = sidebarProgress(words._('email-sidebar.suppressions.progress'));
  const buttons = (['csv', 'jsonl'] as const).map(
    (format) =>
      sidebarButton(room, { icon: 'download', name: `export-${format}`, scope: 'decrypt' }, () =>
        room.attempt(() => save(format)),
      ).element,
  );
  return {
    element: $('<div>').append($('<div class="email-sidebar-buttons">').append(buttons), progress.element),
  };

  async function save(format: 'csv' | 'jsonl'): Promise<void> {
    const path = `${room.path()}/opened`;
    const body = { format, query: query() };
    try {
      const { name, token } = await callAdminLive<{ done: number }, { name: string; token: string }>(
        `${path}/messages/export`,
        body,
        ({ done }) =>
          progress.show(words._('email-sidebar.messages.exporting', { done: done.toLocaleString() })),
      );
      await saveFromAdmin(`${path}/exports/${token}`, name);
    } finally {
      progress.end();
    }
  }
}
