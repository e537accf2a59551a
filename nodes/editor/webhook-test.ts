import { callAdmin } from './call-admin.ts';
import { presentValues } from './present-values.ts';
import { failureText, showAnswer } from './show-answer.ts';

interface TestAnswer {
  readonly ok: boolean;
  readonly text: string;
}

/** "Send test event" works on what the dialog shows, deployed or not. */
export function offerTestEvent(node: EditorNode): void {
  const button = $('#webhook-out-test');
  const answer = $('#webhook-out-test-answer');
  button.on('click', async () => {
    button.prop('disabled', true).addClass('disabled');
    showAnswer(answer, 'busy', node._('webhook-out.test.posting'));
    try {
      const testUrl = String($('#webhook-out-test-url').val() ?? '').trim();
      const { ok, text } = await callAdmin<TestAnswer>('POST', 'webhook-test', {
        ...presentValues(node, 'node-input'),
        testUrl,
      });
      showAnswer(answer, ok ? 'good' : 'bad', text);
    } catch (error) {
      showAnswer(answer, 'bad', failureText(node, error));
    }
    button.prop('disabled', false).removeClass('disabled');
  });
}
