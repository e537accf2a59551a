import type { SetupReport } from '../lib/setup/setup-report.ts';
import { callAdmin } from './call-admin.ts';
import { copyText } from './copy-buttons.ts';
import { politePoll } from './polite-poll.ts';
import { presentValues } from './present-values.ts';
import { clearReport, isAllFound, showReport } from './setup-report.ts';
import { failureText, showAnswer } from './show-answer.ts';
import { runLive } from './step-list.ts';

/** "Generate verification records" and "Look again"; once there is a report, it is kept fresh until all is well. */
export function openRecords(node: EditorNode, form: JQuery): void {
  const desk = new RecordsDesk(node);
  $('#email-app-records-make').on('click', () => desk.make([]));
  $('#email-app-records-change').on('click', () => desk.make(desk.differing));
  $('#email-app-records-look').on('click', () => desk.look());
  $('#email-app-records-zone').on('click', ({ currentTarget }) =>
    copyText(node, $(currentTarget), desk.zoneFile),
  );
  // Records of another domain or region say nothing about this one.
  form.on('change', '#node-config-input-identity, #node-config-input-region', () => desk.forget());
}

class RecordsDesk {
  readonly #node: EditorNode;
  readonly #answer = $('#email-app-records-answer');
  readonly #buttons = $('#email-app-records-make, #email-app-records-look, #email-app-records-change');
  readonly #fresh = politePoll(this.#answer, () => this.#lookQuietly());
  #seen: SetupReport | undefined;
  /** An answer to what was asked before something else was is of no use. */
  #turn = 0;

  constructor(node: EditorNode) {
    this.#node = node;
  }

  get zoneFile(): string {
    return this.#seen?.zoneFile ?? '';
  }

  /** What of an identity that was there before is not as wished. */
  get differing(): string[] {
    return this.#seen?.differences.map(({ setting }) => setting) ?? [];
  }

  forget(): void {
    this.#begin();
    clearReport();
  }

  /** `mayChange`: what may become different in an identity that was there before. */
  async make(mayChange: readonly string[]): Promise<void> {
    const mine = this.#begin();
    const steps = $('#email-app-records-steps');
    const work = { path: 'setup/prepare', steps, answer: this.#answer, buttons: this.#buttons };
    this.#take(mine, await runLive<SetupReport>(this.#node, work, { mayChange }));
  }

  async look(): Promise<void> {
    const mine = this.#begin();
    this.#buttons.prop('disabled', true).addClass('disabled');
    showAnswer(this.#answer, 'busy', this.#node._('email-app.records.looking'));
    try {
      this.#take(mine, await this.#ask());
    } catch (error) {
      if (mine === this.#turn) showAnswer(this.#answer, 'bad', failureText(this.#node, error));
    }
    this.#buttons.prop('disabled', false).removeClass('disabled');
  }

  #begin(): number {
    this.#fresh.stop();
    this.#turn += 1;
    return this.#turn;
  }

  #ask(): Promise<SetupReport> {
    return callAdmin<SetupReport>('POST', 'setup/look', presentValues(this.#node));
  }

  #take(mine: number, report: SetupReport | undefined): void {
    if (!report || mine !== this.#turn) return;
    this.#show(report);
    if (!isAllFound(report)) this.#fresh.start();
  }

  /** A failure now is no news for the person: what is on the screen stays. */
  async #lookQuietly(): Promise<'done' | 'wait'> {
    const mine = this.#turn;
    const report = await this.#ask().catch(() => undefined);
    if (!report || mine !== this.#turn) return 'wait';
    this.#show(report);
    return isAllFound(report) ? 'done' : 'wait';
  }

  #show(report: SetupReport): void {
    this.#seen = report;
    showReport(this.#node, report);
  }
}
