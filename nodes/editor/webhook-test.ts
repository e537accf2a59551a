import { callAdmin } from './call-admin.ts';
import { presentValues } from './present-values.ts';
import { showAnswer } from './show-answer.ts';
import { whileBusy } from './while-busy.ts';

interface TestAnswer {
  readonly ok: boolean;
  readonly text: string;
}

/** "Send test event" works on what the dialog shows, deployed or not. */
export function offerTestEvent(node: EditorNode): void {
  const button = $('#webhook-out-test');
  const answer = $('#webhook-out-test-answer');
  button.on('click', () =>
    whileBusy({ node, buttons: button, answer }, async () => {
      showAnswer(answer, 'busy', node._('webhook-out.test.posting'));
      const testUrl = String($('#webhook-out-test-url').val() ?? '').trim();
      const { ok, text } = await callAdmin<TestAnswer>('POST', 'webhook-test', {
        ...presentValues(node, 'node-input'),
        testUrl,
      });
      showAnswer(answer, ok ? 'good' : 'bad', text);
    }),
  );
}
