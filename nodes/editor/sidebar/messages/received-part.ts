import { callAdmin } from '../../call-admin.ts';
import { timeText } from '../../time-text.ts';
import { openSection } from '../section.ts';
import { setText } from '../set-text.ts';
import { sidebarButton } from '../sidebar-button.ts';
import { MailViewer } from './mail-viewer.ts';
import { type MessageRoom, type OpenedMail, type Person, personText } from './message-room.ts';

interface ReceivedMail {
  readonly id: string;
  readonly kind: string;
  readonly receivedAt: number;
  readonly from?: Person;
  readonly subject: string;
}

interface Page {
  readonly mails: readonly ReceivedMail[];
  readonly next?: string;
}

const pageSize = 50;

/** Received mails that the flows have had; that somebody opened the list is written down. */
export class ReceivedPart {
  readonly element: JQuery;
  readonly #room: MessageRoom;
  readonly #list = $('<ul class="email-cards">');
  readonly #said = $('<p role="status">');
  readonly #more;
  #next: string | undefined;

  constructor(room: MessageRoom) {
    this.#room = room;
    const open = sidebarButton(room, { icon: 'eye', name: 'open-list', scope: 'decrypt' }, () => {
      this.clear();
      return room.attempt(() => this.#readOn());
    });
    this.#more = sidebarButton(room, { icon: 'angle-down', name: 'more' }, () =>
      room.attempt(() => this.#readOn()),
    );
    const { element, body } = openSection(this.#word('received'), false);
    const buttons = [open, this.#more].map((button) =>
      $('<div class="email-sidebar-buttons">').append(button.element),
    );
    body.append(buttons[0] ?? '', this.#said, this.#list, buttons[1] ?? '');
    this.element = element;
    this.clear();
  }

  clear(): void {
    this.#next = undefined;
    this.#list.empty();
    this.#said.text('');
    this.#more.element.addClass('email-hidden');
  }

  #word(key: string): string {
    return this.#room.words._(`email-sidebar.messages.${key}`);
  }

  async #readOn(): Promise<void> {
    const after: Record<string, string> = this.#next === undefined ? {} : { after: this.#next };
    const query = new URLSearchParams({ limit: String(pageSize), ...after });
    const page = await callAdmin<Page>('GET', `${this.#room.path()}/opened/received?${query}`);
    this.#list.append(page.mails.map((mail) => this.#row(mail)));
    this.#next = page.next;
    setText(this.#said, this.#list.children().length > 0 ? '' : this.#word('none-received'));
    this.#more.element.toggleClass('email-hidden', page.next === undefined);
  }

  #row({ id, kind, receivedAt, from, subject }: ReceivedMail): JQuery {
    const words = $('<div>');
    const button = $('<button type="button" class="email-message" aria-expanded="false">').append(
      $('<span class="email-message-to">').text(from ? personText(from) : '–'),
      $('<span class="email-state-word">').text(this.#room.words._(`email-sidebar.kind.${kind}`)),
      $('<span class="email-message-subject">').text(subject),
      $('<small>').text(timeText(receivedAt)),
    );
    button.on('click', () => {
      const isOpen = words.children().length > 0;
      button.attr('aria-expanded', String(!isOpen));
      words.empty();
      if (!isOpen) void this.#room.attempt(() => this.#open(id, words));
    });
    return $('<li>').append(button, words);
  }

  async #open(id: string, place: JQuery): Promise<void> {
    const path = `opened/received/${encodeURIComponent(id)}`;
    const mail = await callAdmin<OpenedMail>('GET', `${this.#room.path()}/${path}`);
    place.append(new MailViewer(this.#room, path, mail).element);
  }
}
