import { readFromAdmin, saveFromAdmin } from '../../call-admin.ts';
import { showMail } from '../../mail-preview.ts';
import { sizeText } from '../../size-text.ts';
import { sidebarButton } from '../sidebar-button.ts';
import { type MessageRoom, type OpenedMail, personText } from './message-room.ts';

type View = 'html' | 'text' | 'headers' | 'source';

const views: readonly View[] = ['html', 'text', 'headers', 'source'];
/** Characters of a source that are shown; the file has all of them. */
const mostShown = 200_000;

/** A mail as its reader sees it, harmless here: no script, no network, no link that can be followed. */
export class MailViewer {
  readonly element = $('<div class="email-mail">');
  readonly #room: MessageRoom;
  readonly #place: string;
  readonly #mail: OpenedMail;
  readonly #frame = $<HTMLIFrameElement>('<iframe class="email-paper">');
  readonly #plain = $('<pre class="email-paper" tabindex="0">');
  readonly #tabs = $('<span class="button-group" role="group">');

  /** `place` is below the app's own path. */
  constructor(room: MessageRoom, place: string, mail: OpenedMail) {
    this.#room = room;
    this.#place = place;
    this.#mail = mail;
    this.#frame.attr('title', this.#room.words._('email-sidebar.mail-view.html'));
    this.#tabs.append(views.filter((view) => this.#has(view)).map((view) => this.#tab(view)));
    this.element.append(this.#head(), this.#tabs, this.#frame, this.#plain, this.#files());
    void this.#show(mail.html ? 'html' : 'text');
  }

  #has(view: View): boolean {
    return view === 'headers' || view === 'source' || Boolean(this.#mail[view]);
  }

  #head(): JQuery {
    const { from, to, cc, bcc = [], subject } = this.#mail;
    const people = { from: from ? [from] : [], to, cc };
    const lines = Object.entries(people).map(([name, list]) => [name, list.map(personText).join(', ')]);
    const rows = [...lines, ['bcc', bcc.join(', ')], ['subject', subject]];
    return $('<dl class="email-mail-head">').append(
      rows
        .filter(([, text]) => text)
        .flatMap(([name, text]) => [
          $('<dt>').text(this.#room.words._(`email-sidebar.mail-head.${name}`)),
          $('<dd>').text(text ?? ''),
        ]),
    );
  }

  #tab(view: View): JQuery {
    return $('<button type="button" class="red-ui-button red-ui-button-small toggle">')
      .attr('data-view', view)
      .text(this.#room.words._(`email-sidebar.mail-view.${view}`))
      .on('click', () => this.#room.attempt(() => this.#show(view)));
  }

  async #show(view: View): Promise<void> {
    const { html = '', text = '', headers } = this.#mail;
    for (const tab of this.#tabs.children().toArray()) {
      const isChosen = tab.dataset.view === view;
      $(tab).toggleClass('selected', isChosen).attr('aria-pressed', String(isChosen));
    }
    this.#frame.toggleClass('email-hidden', view !== 'html');
    this.#plain.toggleClass('email-hidden', view === 'html');
    if (view === 'html') showMail(this.#frame, html);
    else if (view === 'text') this.#plain.text(text || this.#room.words._('email-sidebar.mail-no-text'));
    else if (view === 'headers') this.#plain.text(headers.map((header) => header.join(': ')).join('\n'));
    else this.#plain.text(await this.#source());
  }

  async #source(): Promise<string> {
    const text = await readFromAdmin(`${this.#room.path()}/${this.#place}/source`);
    return text.length > mostShown ? `${text.slice(0, mostShown)}\n…` : text;
  }

  #files(): JQuery {
    const save = (icon: string, name: string, path: string, fileName: string) =>
      sidebarButton(this.#room, { icon, name, scope: 'decrypt' }, () =>
        this.#room.attempt(() => saveFromAdmin(`${this.#room.path()}/${this.#place}/${path}`, fileName)),
      ).element;
    const rows = this.#mail.attachments.map(({ filename, contentType, size }, index) =>
      $('<li>').append(
        $('<span>').text(`${filename} (${contentType}, ${sizeText(size)}) `),
        save('download', 'save', `attachments/${index}`, filename),
      ),
    );
    return $('<div>').append(
      $('<ul class="email-lines">').append(rows),
      $('<div class="email-sidebar-buttons">').append(save('download', 'save-eml', 'source', 'mail.eml')),
    );
  }
}
