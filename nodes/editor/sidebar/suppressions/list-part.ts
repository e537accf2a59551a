import { callAdmin } from '../../call-admin.ts';
import { openSection } from '../section.ts';
import { setText } from '../set-text.ts';
import { sidebarButton } from '../sidebar-button.ts';
import type { ListedSuppression, SuppressionRoom } from './suppression-room.ts';
import { suppressionRow } from './suppression-row.ts';

interface Page {
  readonly entries: readonly ListedSuppression[];
  readonly next?: string;
  readonly count: number;
}

export interface ListPart {
  readonly element: JQuery;
  /** What is shown is old, or another app's. */
  clear(): void;
}

const pageSize = 50;

/** The list itself, page by page; that somebody opened it is written down. */
export function listPart(room: SuppressionRoom): ListPart {
  const { words } = room;
  const section = openSection(words._('email-sidebar.suppressions.all'));
  const list = $('<ul class="email-cards">');
  const shown = $('<p role="status">');
  let next: string | undefined;
  let listed = 0;
  const open = sidebarButton(room, { icon: 'eye', name: 'open-list', scope: 'decrypt' }, () => {
    clear();
    return room.attempt(readOn);
  });
  const more = sidebarButton(room, { icon: 'angle-down', name: 'more' }, () => room.attempt(readOn));
  section.body.append(
    $('<div class="email-sidebar-buttons">').append(open.element),
    shown,
    list,
    $('<div class="email-sidebar-buttons">').append(more.element),
  );
  clear();
  return { element: section.element, clear };

  function clear(): void {
    next = undefined;
    listed = 0;
    list.empty();
    shown.text('');
    more.element.addClass('email-hidden');
  }

  async function readOn(): Promise<void> {
    const query = new URLSearchParams({
      limit: String(pageSize),
      ...(next !== undefined && { after: next }),
    });
    const page = await callAdmin<Page>('GET', `${room.path()}/opened/suppressions?${query}`);
    list.append(page.entries.map((entry) => suppressionRow(words, entry)));
    next = page.next;
    listed += page.entries.length;
    const [some, all] = [listed.toLocaleString(), page.count.toLocaleString()];
    setText(shown, words._('email-sidebar.suppressions.shown', { some, all }));
    more.element.toggleClass('email-hidden', next === undefined);
  }
}
