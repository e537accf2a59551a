import { callAdmin, callAdminLive } from './call-admin.ts';
import { presentValues } from './present-values.ts';
import { clearAnswer, failureText, showAnswer } from './show-answer.ts';
import { showWhen } from './show-when.ts';
import { whileBusy } from './while-busy.ts';

interface MoveStep {
  readonly kind: string;
  readonly done: number;
  readonly total?: number;
}

interface MoveResult {
  readonly moved: number;
}

/** Where the app keeps its data: tried out, and moved there, with what the dialog shows. */
export function openStoreSection(node: EditorNode, form: JQuery): void {
  const answer = $('#email-app-store-answer');
  const buttons = $('.email-store-button');
  const question = $('#email-app-store-question');
  showWhen(form, $('#node-config-input-storeKind'), 'store');
  showWhen(form, $('#node-config-input-storeSecurity'), 'store-security');
  $('#node-config-input-storeKind').on('change', () => {
    clearAnswer(answer);
    question.addClass('email-hidden');
  });
  $('#email-app-store-section').prop('open', node.storeKind === 'postgres');

  $('#email-app-store-test').on('click', () =>
    whileBusy({ node, buttons, answer }, async () => {
      showAnswer(answer, 'busy', node._('email-app.store.testing'));
      const { ok, text } = await callAdmin<{ ok: boolean; text: string }>(
        'POST',
        'test-store',
        presentValues(node),
      );
      showAnswer(answer, ok ? 'good' : 'bad', text);
    }),
  );
  $('#email-app-store-move').on('click', () => {
    clearAnswer(answer);
    question.removeClass('email-hidden').find('button').first().trigger('focus');
  });
  $('#email-app-store-move-no').on('click', () => question.addClass('email-hidden'));
  $('#email-app-store-move-yes').on('click', () => {
    question.addClass('email-hidden');
    void whileBusy({ node, buttons, answer }, () => move(node, answer));
  });
}

async function move(node: EditorNode, answer: JQuery): Promise<void> {
  showAnswer(answer, 'busy', node._('email-app.store.closing'));
  try {
    const { moved } = await callAdminLive<MoveStep, MoveResult>('move-store', presentValues(node), (step) =>
      showAnswer(answer, 'busy', stepText(node, step)),
    );
    showAnswer(answer, 'good', node._('email-app.store.moved', { count: moved.toLocaleString() }));
  } catch (error) {
    showAnswer(answer, 'bad', `${failureText(node, error)} ${node._('email-app.store.not-moved')}`);
  }
}

function stepText(node: EditorNode, { kind, done, total }: MoveStep): string {
  const count =
    total === undefined ? done.toLocaleString() : `${done.toLocaleString()} / ${total.toLocaleString()}`;
  return node._('email-app.store.moving', { kind, count });
}
