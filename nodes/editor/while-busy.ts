import { failureText, showAnswer } from './show-answer.ts';

export interface BusyPlace {
  readonly node: EditorNode;
  readonly buttons: JQuery;
  readonly answer: JQuery;
}

/** The buttons rest while the work is under way; why it failed is shown. */
export async function whileBusy(
  { node, buttons, answer }: BusyPlace,
  work: () => Promise<void>,
): Promise<void> {
  buttons.prop('disabled', true).addClass('disabled');
  try {
    await work();
  } catch (error) {
    showAnswer(answer, 'bad', failureText(node, error));
  }
  buttons.prop('disabled', false).removeClass('disabled');
}
