import type { SelfTestStep } from '../lib/setup/self-test-step.ts';
import type { SetupStep } from '../lib/setup/setup-step.ts';
import { callAdminLive } from './call-admin.ts';
import { presentValues } from './present-values.ts';
import { clearAnswer, failureText, showAnswer } from './show-answer.ts';

type Step = Pick<SetupStep | SelfTestStep, 'state' | 'text'>;

const looks: Record<Step['state'], { icon: string; mood: string }> = {
  running: { icon: 'fa-circle-o-notch fa-spin', mood: 'busy' },
  done: { icon: 'fa-check', mood: 'good' },
  passed: { icon: 'fa-check', mood: 'good' },
  left: { icon: 'fa-minus', mood: '' },
  skipped: { icon: 'fa-minus', mood: '' },
  failed: { icon: 'fa-times', mood: 'bad' },
};

/** Shows steps one below the other; what became of a step takes the place of its beginning. */
export function stepList(list: JQuery) {
  return {
    show({ text, state }: Step): void {
      const begun = list.children('.busy').last();
      const row = begun.length > 0 && state !== 'running' ? begun : $('<li>').appendTo(list);
      const { icon, mood } = looks[state];
      row
        .attr('class', mood)
        .empty()
        .append($('<i aria-hidden="true">').addClass(`fa ${icon}`), $('<span>').text(text));
    },
    /** What was under way when the work broke off. */
    stop(): void {
      list.children('.busy').attr('class', 'bad').find('i').attr('class', 'fa fa-times');
    },
  };
}

export interface LiveWork {
  readonly path: string;
  readonly steps: JQuery;
  readonly answer: JQuery;
  /** Cannot be pressed while the work is under way. */
  readonly buttons: JQuery;
}

/** Runs long work on what the dialog shows, its steps live; resolves with its result, undefined when it failed. */
export async function runLive<Result>(
  node: EditorNode,
  { path, steps, answer, buttons }: LiveWork,
  extra: object = {},
): Promise<Result | undefined> {
  const list = stepList(steps);
  steps.empty();
  clearAnswer(answer);
  buttons.prop('disabled', true).addClass('disabled');
  try {
    return await callAdminLive<Step, Result>(path, { ...presentValues(node), ...extra }, list.show);
  } catch (error) {
    list.stop();
    showAnswer(answer, 'bad', failureText(node, error));
    return undefined;
  } finally {
    buttons.prop('disabled', false).removeClass('disabled');
  }
}
