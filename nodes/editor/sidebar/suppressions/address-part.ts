import { callAdmin } from '../../call-admin.ts';
import { clearAnswer, showAnswer } from '../../show-answer.ts';
import { openSection } from '../section.ts';
import { sidebarButton, sureButton } from '../sidebar-button.ts';
import { sidebarField } from '../sidebar-field.ts';
import type { HistoryLine, ListedSuppression, SuppressionRoom } from './suppression-room.ts';
import { historyRow, suppressionRow } from './suppression-row.ts';

interface Found {
  readonly entries: readonly ListedSuppression[];
  readonly history: readonly HistoryLine[];
}

/** What may be done with an address, by where it is posted. */
type Change = { readonly path: '' | '/remove' | '/erase'; readonly what: 'added' | 'removed' | 'erased' };

/** One address: what holds it and what happened to it; put on the list, taken off, or forgotten. */
export class AddressPart {
  readonly element: JQuery;
  readonly #room: SuppressionRoom;
  readonly #address;
  readonly #topic;
  readonly #reason;
  readonly #answer = $('<div class="email-sidebar-said">');
  readonly #entries = $('<ul class="email-cards">');
  readonly #history = $('<ul class="email-cards">');
  readonly #past = $('<details class="email-as-table">');
  readonly #change = $('<div class="email-change">');

  constructor(room: SuppressionRoom) {
    const { words } = room;
    this.#room = room;
    this.#address = sidebarField(words, 'address', {
      type: 'text',
      autocomplete: 'off',
      spellcheck: 'false',
    });
    this.#topic = sidebarField(words, 'topic', { type: 'text', autocomplete: 'off' });
    this.#reason = sidebarField(words, 'reason', { type: 'text', autocomplete: 'off' });
    this.#past.append($('<summary>').text(this.#word('history')), this.#history);
    this.#change.append(this.#topic.element, this.#reason.element, this.#buttons());
    const { element, body } = openSection(this.#word('one'));
    body.append(this.#form(), this.#answer, this.#entries, this.#past, this.#change);
    this.element = element;
    this.clear();
  }

  /** Another app is on the screen. */
  clear(): void {
    clearAnswer(this.#answer);
    for (const field of [this.#address, this.#topic, this.#reason]) field.set('');
    this.#entries.empty();
    this.#past.add(this.#change).addClass('email-hidden');
  }

  #word(key: string): string {
    return this.#room.words._(`email-sidebar.suppressions.${key}`);
  }

  #form(): JQuery {
    const { element } = sidebarButton(this.#room, { icon: 'search', name: 'look-up' }, () => {});
    return $('<form class="email-find">')
      .append(this.#address.element, element.attr('type', 'submit'))
      .on('submit', (event) => {
        event.preventDefault();
        void this.#room.attempt(() => this.#find());
      });
  }

  #buttons(): JQuery {
    const look = (icon: string, name: string) => ({ icon, name, scope: 'write' as const });
    const act = (path: Change['path'], what: Change['what']) => () => this.#act({ path, what });
    return $('<div class="email-sidebar-buttons">').append(
      sidebarButton(this.#room, look('ban', 'add'), act('', 'added')).element,
      sureButton(this.#room, look('check', 'remove'), act('/remove', 'removed')),
      sureButton(this.#room, look('eraser', 'erase'), act('/erase', 'erased')),
    );
  }

  async #find(): Promise<void> {
    clearAnswer(this.#answer);
    const query = new URLSearchParams({ address: this.#address.value() });
    const found = await callAdmin<Found>('GET', `${this.#room.path()}/suppressions?${query}`);
    showAnswer(this.#answer, 'note', this.#word(found.entries.length > 0 ? 'held' : 'not-held'));
    this.#show(found);
  }

  #show({ entries, history }: Found): void {
    const { words } = this.#room;
    this.#entries.empty().append(entries.map((entry) => suppressionRow(words, entry)));
    this.#history.empty().append(history.map((line) => historyRow(words, line)));
    this.#past.toggleClass('email-hidden', history.length === 0);
    this.#change.removeClass('email-hidden');
  }

  /** What became of it is said after the address was looked up anew. */
  #act({ path, what }: Change): Promise<void> {
    return this.#room.attempt(async () => {
      const facts = { listTopic: this.#topic.value(), detail: this.#reason.value() };
      const body = { address: this.#address.value(), ...(what !== 'erased' && facts) };
      const url = `${this.#room.path()}/suppressions${path}`;
      const done = (await callAdmin<Record<string, boolean>>('POST', url, body))[what] === true;
      await this.#find();
      showAnswer(this.#answer, done ? 'good' : 'note', this.#word(`${done ? 'was' : 'not'}-${what}`));
      this.#room.changed();
    });
  }
}
