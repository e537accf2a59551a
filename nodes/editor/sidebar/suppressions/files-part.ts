import { callAdminLive, saveFromAdmin, uploadToAdmin } from '../../call-admin.ts';
import { clearAnswer, showAnswer } from '../../show-answer.ts';
import { openSection } from '../section.ts';
import { sidebarButton } from '../sidebar-button.ts';
import { sidebarFailure } from '../sidebar-failure.ts';
import { sidebarProgress } from '../sidebar-progress.ts';
import type { SuppressionRoom } from './suppression-room.ts';

interface ImportStep {
  readonly phase: 'reading' | 'saving';
  readonly read: number;
  readonly added: number;
}

interface Refusal {
  readonly line: number;
  readonly field?: string;
  readonly why: string;
}

interface ImportReport {
  readonly read: number;
  readonly added: number;
  readonly refused: number;
  readonly refusals: readonly Refusal[];
}

interface ExportStep {
  readonly done: number;
  readonly total: number;
}

type Format = 'csv' | 'jsonl';

const refusalsShown = 20;

/** The list from a file, and into one; both say how far they are. */
export class FilesPart {
  readonly element: JQuery;
  readonly #room: SuppressionRoom;
  readonly #answer = $('<div class="email-sidebar-said">');
  readonly #refusals = $('<ul class="email-cards">');
  readonly #progress;
  readonly #buttons = $('<div class="email-sidebar-buttons">');

  constructor(room: SuppressionRoom) {
    this.#room = room;
    this.#progress = sidebarProgress(this.#word('progress'));
    const { element, body } = openSection(this.#word('files'));
    const chooser = this.#chooser();
    const save = (format: Format) =>
      sidebarButton(room, { icon: 'download', name: `export-${format}`, scope: 'decrypt' }, () =>
        this.#atLength(() => this.#save(format)),
      ).element;
    const open = sidebarButton(room, { icon: 'upload', name: 'import', scope: 'write' }, () =>
      chooser.trigger('click'),
    );
    this.#buttons.append(open.element, save('csv'), save('jsonl'));
    const columns = $('<p class="email-why">').text(this.#word('columns'));
    body.append(columns, this.#buttons, chooser, this.#progress.element, this.#answer, this.#refusals);
    this.element = element;
  }

  clear(): void {
    clearAnswer(this.#answer);
    this.#refusals.empty();
  }

  #word(key: string, values: Record<string, string | number> = {}): string {
    return this.#room.words._(`email-sidebar.suppressions.${key}`, values);
  }

  #chooser(): JQuery<HTMLInputElement> {
    const chooser = $<HTMLInputElement>('<input type="file" class="email-unseen" tabindex="-1">');
    chooser.attr({ accept: '.csv,.jsonl,.ndjson', 'aria-label': this.#word('file') });
    return chooser.on('change', () => {
      const file = chooser[0]?.files?.[0];
      chooser.val('');
      if (file) void this.#atLength(() => this.#import(file));
    });
  }

  /** The buttons rest while it goes on. */
  async #atLength(work: () => Promise<void>): Promise<void> {
    const awake = this.#buttons.find('button:enabled');
    this.clear();
    awake.prop('disabled', true);
    try {
      await work();
    } catch (error) {
      showAnswer(this.#answer, 'bad', sidebarFailure(this.#room.words, error));
    }
    this.#progress.end();
    awake.prop('disabled', false);
  }

  async #import(file: File): Promise<void> {
    const type = /\.(jsonl|ndjson)$/i.test(file.name) ? 'application/jsonl' : 'text/csv';
    const { read, added, refused, refusals } = await uploadToAdmin<ImportStep, ImportReport>(
      `${this.#room.path()}/suppressions/import`,
      { file, type },
      (step) =>
        this.#progress.show(
          this.#word(`import-${step.phase}`, asText({ read: step.read, added: step.added })),
        ),
    );
    const mood = refused > 0 ? 'note' : 'good';
    showAnswer(this.#answer, mood, this.#word('imported', asText({ read, added, refused })));
    const rows = refusals.slice(0, refusalsShown).map(({ line, field = '', why }) => {
      return $('<li>').append($('<p>').text(this.#word('refused', { line, field, why })));
    });
    this.#refusals.append(rows);
    this.#room.changed();
  }

  async #save(format: Format): Promise<void> {
    const path = `${this.#room.path()}/opened`;
    const { name, token } = await callAdminLive<ExportStep, { name: string; token: string }>(
      `${path}/suppressions/export`,
      { format },
      ({ done, total }) =>
        this.#progress.show(this.#word('exporting', asText({ done, total })), done / Math.max(total, 1)),
    );
    await saveFromAdmin(`${path}/exports/${token}`, name);
    showAnswer(this.#answer, 'good', this.#word('exported', { name }));
  }
}

function asText(counts: Record<string, number>): Record<string, string> {
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, count.toLocaleString()]));
}
