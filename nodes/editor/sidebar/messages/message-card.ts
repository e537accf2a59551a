import { callAdmin } from '../../call-admin.ts';
import { showAnswer } from '../../show-answer.ts';
import { timeText } from '../../time-text.ts';
import { sidebarButton } from '../sidebar-button.ts';
import { MailViewer } from './mail-viewer.ts';
import { type MessageAction, messageActions } from './message-actions.ts';
import type { ListedMessage, MessageRoom, OpenedMail, TimelineEntry } from './message-room.ts';

interface Looked {
  readonly message: ListedMessage;
  readonly timeline: readonly TimelineEntry[];
}

/** One mail: what happened to it, what may be done with it, and its words for who may open them. */
export class MessageCard {
  readonly element = $('<div class="email-message-card">');
  readonly #room: MessageRoom;
  readonly #id: string;
  readonly #onLook: (message: ListedMessage) => void;
  readonly #timeline = $('<ol class="email-timeline">');
  readonly #buttons = $('<div class="email-sidebar-buttons">');
  readonly #answer = $('<div class="email-sidebar-said">');
  readonly #words = $('<div>');

  constructor(room: MessageRoom, id: string, onLook: (message: ListedMessage) => void) {
    this.#room = room;
    this.#id = id;
    this.#onLook = onLook;
    this.element.append(this.#timeline, this.#buttons, this.#answer, this.#words);
    void room.attempt(() => this.#look());
  }

  get #place(): string {
    return `messages/${encodeURIComponent(this.#id)}`;
  }

  async #look(): Promise<void> {
    this.#show(await callAdmin<Looked>('GET', `${this.#room.path()}/${this.#place}`));
  }

  #show({ message, timeline }: Looked): void {
    const { words } = this.#room;
    this.#timeline.empty().append(timeline.map((entry) => timelineRow(this.#room, entry)));
    const open = sidebarButton(this.#room, { icon: 'eye', name: 'open-mail', scope: 'decrypt' }, () =>
      this.#room.attempt(() => this.#open()),
    );
    const actions = messageActions(this.#room, message, (action) => this.#act(action));
    this.#buttons.empty().append(open.element, ...actions);
    this.#timeline.attr('aria-label', words._('email-sidebar.messages.timeline'));
    this.#onLook(message);
  }

  async #open(): Promise<void> {
    const mail = await callAdmin<OpenedMail & Looked>('GET', `${this.#room.path()}/opened/${this.#place}`);
    this.#show(mail);
    this.#words.empty();
    if (mail.gone) showAnswer(this.#answer, 'note', this.#room.words._('email-sidebar.messages.gone'));
    else this.#words.append(new MailViewer(this.#room, `opened/${this.#place}`, mail).element);
  }

  #act({ name, path, body }: MessageAction): Promise<void> {
    return this.#room.attempt(async () => {
      const url = `${this.#room.path()}/messages/${path}`;
      const { changed } = await callAdmin<{ changed: number }>('POST', url, { ids: [this.#id], ...body });
      await this.#look();
      const key = changed > 0 ? `done-${name}` : 'not-done';
      showAnswer(
        this.#answer,
        changed > 0 ? 'good' : 'note',
        this.#room.words._(`email-sidebar.messages.${key}`),
      );
    });
  }
}

function timelineRow({ words }: MessageRoom, { at, type, recipient, code, reason }: TimelineEntry): JQuery {
  const name = words._(`email-sidebar.happened.${type.replace('.', '-')}`);
  const about = [recipient, code].filter(Boolean).join(' · ');
  return $('<li>').append(
    $('<small>').text(timeText(at)),
    $('<b>').text(name),
    ...(about ? [$('<span class="email-why">').text(about)] : []),
    ...(reason ? [$('<p class="email-why">').text(reason)] : []),
  );
}
