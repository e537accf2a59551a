import { callAdmin } from '../../call-admin.ts';
import { timeText } from '../../time-text.ts';
import { openSection } from '../section.ts';
import type { MessageRoom } from './message-room.ts';

interface Access {
  readonly at: number;
  readonly user: string;
  readonly what: string;
  readonly subject: string;
}

const mostListed = 100;

/** Who opened what was sealed. */
export function accessPart(room: MessageRoom): { readonly element: JQuery; clear(): void } {
  const { words } = room;
  const { element, body } = openSection(words._('email-sidebar.messages.accesses'), false);
  const list = $('<ul class="email-cards">').appendTo(body);
  element.on('toggle', () => {
    if (element.prop('open')) void room.attempt(read);
  });
  return {
    element,
    clear() {
      list.empty();
      element.prop('open', false);
    },
  };

  async function read(): Promise<void> {
    const { accesses } = await callAdmin<{ accesses: readonly Access[] }>(
      'GET',
      `${room.path()}/accesses?limit=${mostListed}`,
    );
    const none = $('<li>').text(words._('email-sidebar.messages.no-access'));
    list.empty().append(accesses.length > 0 ? accesses.map(row) : [none]);
  }

  function row({ at, user, what, subject }: Access): JQuery {
    const who = user || words._('email-sidebar.messages.nobody');
    return $('<li>').append(
      $('<small>').text(timeText(at)),
      $('<p>').text(`${who}: ${words._(`email-sidebar.access.${what}`)}`),
      ...(subject ? [$('<p class="email-why">').text(subject)] : []),
    );
  }
}
