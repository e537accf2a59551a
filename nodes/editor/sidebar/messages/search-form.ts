import { sidebarButton } from '../sidebar-button.ts';
import { type SidebarField, sidebarField } from '../sidebar-field.ts';
import type { ViewWish } from '../sidebar-view.ts';
import type { MessageRoom } from './message-room.ts';

/** As the address line of the search has it. */
export type Query = Readonly<Record<string, string>>;

const states = [
  'held',
  'queued',
  'sending',
  'sent',
  'failed',
  'suppressed',
  'expired',
  'cancelled',
  'unknown',
];

/** What to look for; all of it may be left empty. */
export class SearchForm {
  readonly element: JQuery;
  readonly #fields: Readonly<Record<'recipient' | 'id' | 'subject' | 'from' | 'to', SidebarField>>;
  readonly #state = $('<select>');

  constructor(room: MessageRoom, search: () => void) {
    const { words } = room;
    const plain = { type: 'text', autocomplete: 'off', spellcheck: 'false' };
    this.#fields = {
      recipient: sidebarField(words, 'recipient', plain),
      subject: sidebarField(words, 'subject', plain),
      id: sidebarField(words, 'id', plain),
      from: sidebarField(words, 'from-time', { type: 'datetime-local' }),
      to: sidebarField(words, 'to-time', { type: 'datetime-local' }),
    };
    const word = (key: string) => words._(`email-sidebar.${key}`);
    const option = (value: string, text: string) => $('<option>').val(value).text(text);
    this.#state.attr('aria-label', word('field.state'));
    this.#state.append(
      option('', word('messages.any')),
      ...states.map((state) => option(state, word(`state.${state}`))),
    );
    const { recipient, subject, id, from, to } = this.#fields;
    const more = $('<details class="email-as-table">').append(
      $('<summary>').text(word('messages.more')),
      $('<div class="email-find">').append([subject, id, from, to].map(({ element }) => element)),
    );
    const { element } = sidebarButton(room, { icon: 'search', name: 'search' }, () => {});
    this.element = $('<form>').append(
      $('<div class="email-find">').append(recipient.element, this.#state, element.attr('type', 'submit')),
      more,
    );
    this.#state.on('change', search);
    this.element.on('submit', (event) => {
      event.preventDefault();
      search();
    });
  }

  wish({ states: wanted = [] }: ViewWish): void {
    for (const field of Object.values(this.#fields)) field.set('');
    this.#state.val(wanted[0] ?? '');
  }

  query(): Query {
    const { recipient, subject, id, from, to } = this.#fields;
    const given = {
      ...{ recipient: recipient.value(), subject: subject.value(), id: id.value() },
      ...{ states: String(this.#state.val() ?? ''), from: timeOf(from), to: timeOf(to) },
    };
    return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
  }
}

/** Browsers write local time, without a zone. */
function timeOf(field: SidebarField): string {
  const text = field.value();
  return text === '' ? '' : String(new Date(text).getTime());
}
