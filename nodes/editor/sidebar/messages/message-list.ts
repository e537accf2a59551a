import { callAdmin } from '../../call-admin.ts';
import { timeText } from '../../time-text.ts';
import { setText } from '../set-text.ts';
import { sidebarButton } from '../sidebar-button.ts';
import { MessageCard } from './message-card.ts';
import { type ListedMessage, type MessageRoom, personText } from './message-room.ts';
import type { Query } from './search-form.ts';

interface Page {
  readonly messages: readonly ListedMessage[];
  readonly next?: string;
  /** ms since the epoch: how far back was looked. */
  readonly lookedBackTo?: number;
  /** Copies of a message to very many that are not drawn yet. */
  readonly notDrawn?: number;
}

const pageSize = 50;

/** What was found, newest first; each opens to what happened to it. */
export class MessageList {
  readonly element = $('<div>');
  readonly #room: MessageRoom;
  readonly #list = $('<ul class="email-cards">');
  readonly #said = $('<p role="status">');
  readonly #more;
  #query: Query = {};
  #isOpened = false;
  #next: string | undefined;
  #listed = 0;

  constructor(room: MessageRoom) {
    this.#room = room;
    this.#more = sidebarButton(room, { icon: 'angle-down', name: 'more' }, () =>
      room.attempt(() => this.#readOn()),
    );
    const buttons = $('<div class="email-sidebar-buttons">').append(this.#more.element);
    this.element.append(this.#said, this.#list, buttons);
    this.clear();
  }

  clear(): void {
    this.#list.empty();
    this.#said.text('');
    this.#more.element.addClass('email-hidden');
    this.#next = undefined;
    this.#listed = 0;
  }

  /** `isOpened`: with addresses and subjects, which the app writes down. */
  search(query: Query, isOpened: boolean): Promise<void> {
    this.clear();
    this.#query = query;
    this.#isOpened = isOpened;
    return this.#room.attempt(() => this.#readOn());
  }

  async #readOn(): Promise<void> {
    const { path } = this.#room;
    const after: Query = this.#next === undefined ? {} : { after: this.#next };
    const query = new URLSearchParams({ ...this.#query, limit: String(pageSize), ...after });
    const place = `${path()}/${this.#isOpened ? 'opened/' : ''}messages`;
    const page = await callAdmin<Page>('GET', `${place}?${query}`);
    this.#list.append(page.messages.map((message) => this.#row(message)));
    this.#next = page.next;
    this.#listed += page.messages.length;
    setText(this.#said, this.#sentence(page));
    this.#more.element.toggleClass('email-hidden', page.next === undefined);
  }

  #sentence({ next, lookedBackTo, notDrawn }: Page): string {
    const word = (key: string, values = {}) => this.#room.words._(`email-sidebar.messages.${key}`, values);
    return [
      this.#listed > 0 ? word('found', { count: this.#listed.toLocaleString() }) : !next && word('none'),
      next && lookedBackTo && word('back-to', { time: timeText(lookedBackTo) }),
      notDrawn && word('not-drawn', { count: notDrawn.toLocaleString() }),
    ]
      .filter(Boolean)
      .join(' ');
  }

  #row(message: ListedMessage): JQuery {
    const { words } = this.#room;
    const state = $('<span class="email-state-word">').attr('data-state', message.state);
    state.text(words._(`email-sidebar.state.${message.state}`));
    const button = $('<button type="button" class="email-message" aria-expanded="false">').append(
      $('<span class="email-message-to">').text(personText(message.to)),
      state,
      $('<span class="email-message-subject">').text(message.subject ?? ''),
      $('<small>').text(timeText(message.acceptedAt)),
    );
    const item = $('<li>').append(button);
    let card: MessageCard | undefined;
    button.on('click', () => {
      const isOpen = card !== undefined;
      button.attr('aria-expanded', String(!isOpen));
      card?.element.remove();
      card = isOpen ? undefined : new MessageCard(this.#room, message.id, (now) => this.#mark(state, now));
      if (card) item.append(card.element);
    });
    return item;
  }

  /** It is in another state by now. */
  #mark(place: JQuery, { state }: ListedMessage): void {
    place.attr('data-state', state);
    setText(place, this.#room.words._(`email-sidebar.state.${state}`));
  }
}
