import { callAdmin } from './call-admin.ts';
import { presentValues } from './present-values.ts';
import { clearAnswer, showAnswer } from './show-answer.ts';
import { whileBusy } from './while-busy.ts';

interface TestAnswer {
  ok: boolean;
  text: string;
}

/** Wires "Test connection" and "Send a test mail": they work on what the dialog shows, deployed or not. */
export function offerRouteTests(node: EditorNode): void {
  const answer = $('#email-app-test-answer');
  const mailRow = $('#email-app-test-mail-row');
  const to = $('#email-app-test-to');

  $('#email-app-test-connection').on('click', () => run('test-connection', 'testing'));
  $('#email-app-test-mail').on('click', () => {
    clearAnswer(answer);
    const hidden = mailRow.toggleClass('email-hidden').hasClass('email-hidden');
    $('#email-app-test-mail').attr('aria-expanded', String(!hidden));
    if (!to.val()) to.val(String($('#node-config-input-owner').val() ?? ''));
    if (!hidden) to.trigger('focus');
  });
  $('#email-app-test-send').on('click', () => run('test-mail', 'sending', { to: String(to.val()).trim() }));
  to.on('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    $('#email-app-test-send').trigger('click');
  });

  async function run(path: string, progress: string, extra?: { to: string }): Promise<void> {
    await whileBusy({ node, buttons: $('.email-test-button'), answer }, async () => {
      showAnswer(answer, 'busy', node._(`email-app.test.${progress}`));
      const { ok, text } = await callAdmin<TestAnswer>('POST', path, { ...presentValues(node), ...extra });
      showAnswer(answer, ok ? 'good' : 'bad', text);
      if (ok && path === 'test-mail') $('#email-app-captured-refresh:visible').trigger('click');
    });
  }
}
