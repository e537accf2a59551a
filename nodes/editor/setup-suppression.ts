import type { AccountSuppressionState } from '../lib/setup/account-suppression.ts';
import { callAdmin } from './call-admin.ts';
import { presentValues } from './present-values.ts';
import { failureText, showAnswer } from './show-answer.ts';
import { runLive } from './step-list.ts';

/** The suppression list of the AWS account: what it does, switched off, or brought together with the app's own. */
export function openSuppression(node: EditorNode): void {
  const section = $('#email-app-suppression-section');
  const answer = $('#email-app-suppression-answer');
  const steps = $('#email-app-suppression-steps');
  const buttons = $('.email-app-suppression-deed');

  section.on('toggle', () => {
    if (section.prop('open')) void look();
  });
  buttons.on('click', async ({ currentTarget }) => {
    const path = `setup/suppression-${currentTarget.dataset.deed}`;
    const state = await runLive<AccountSuppressionState>(node, { path, steps, answer, buttons });
    if (state) show(state);
  });

  async function look(): Promise<void> {
    showAnswer(answer, 'busy', node._('email-app.suppression.asking'));
    try {
      show(await callAdmin<AccountSuppressionState>('POST', 'setup/suppression', presentValues(node)));
    } catch (error) {
      buttons.addClass('email-hidden');
      showAnswer(answer, 'note', failureText(node, error));
    }
  }

  function show({ on, mayAdd, why }: AccountSuppressionState): void {
    buttons.removeClass('email-hidden');
    buttons.filter('[data-deed="off"]').toggleClass('email-hidden', !on);
    buttons.filter('[data-deed="hand"]').toggleClass('email-hidden', !mayAdd);
    showAnswer(answer, 'note', why);
  }
}
