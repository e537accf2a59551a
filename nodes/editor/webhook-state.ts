import { callAdmin, isAdminRefusal } from './call-admin.ts';
import { failureText, showAnswer } from './show-answer.ts';
import { timeText } from './time-text.ts';
import { type GivenUp, openGivenUpList } from './webhook-given-up.ts';

interface State {
  readonly waiting: number;
  readonly dead: number;
  readonly nextAttemptAt?: number;
  readonly lastFailure?: string;
  readonly isDisabled: boolean;
  readonly givenUp: readonly GivenUp[];
}

const everyMs = 3000;

/** How the deployed node stands, and what it gave up; asked for until the dialog's elements are gone. */
export function showWebhookState(node: EditorNode): void {
  const panel = $('#webhook-out-state');
  const answer = $('#webhook-out-state-answer');
  let shown = '';
  const list = openGivenUpList(node, attempt);
  const press = (button: string, path: string) =>
    $(button).on('click', () => attempt(() => callAdmin('POST', `webhook/${node.id}/${path}`, {})));
  press('#webhook-out-enable', 'enable');
  press('#webhook-out-redeliver-all', 'redeliver');
  if (RED.nodes.node(node.id)) void poll();

  async function poll(): Promise<void> {
    const goOn = await update();
    if (goOn && panel[0]?.isConnected) setTimeout(poll, everyMs);
  }

  /** The work of a button, and what came of it. */
  async function attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
      await update();
    } catch (error) {
      showAnswer(answer, 'bad', failureText(node, error));
    }
  }

  /** False when the node is not deployed, so that asking again is of no use. */
  async function update(): Promise<boolean> {
    try {
      const state = await callAdmin<State>('GET', `webhook/${node.id}/state`);
      // A live region that is written every few seconds would be read out every few seconds.
      if (JSON.stringify(state) !== shown) {
        show(node, state);
        list.show(state.givenUp);
      }
      shown = JSON.stringify(state);
      return true;
    } catch (error) {
      return !(isAdminRefusal(error) && error.status === 404);
    }
  }
}

function show(node: EditorNode, { givenUp, ...counted }: State): void {
  // while webhooks move, the counts are a little older than the list
  const state = { ...counted, dead: Math.max(counted.dead, givenUp.length) };
  const { isDisabled, dead, waiting } = state;
  $('#webhook-out-state').toggleClass('email-hidden', !isDisabled && dead + waiting === 0);
  $('#webhook-out-enable').toggleClass('email-hidden', !isDisabled);
  $('#webhook-out-redeliver-all').toggleClass('email-hidden', dead === 0);
  showAnswer(
    $('#webhook-out-state-answer'),
    isDisabled || dead > 0 ? 'bad' : 'note',
    sentenceOf(node, state),
  );
}

function sentenceOf(node: EditorNode, state: Omit<State, 'givenUp'>): string {
  const { isDisabled, waiting, dead, nextAttemptAt, lastFailure } = state;
  const word = (key: string, values = {}) => node._(`webhook-out.state.${key}`, values);
  const isRetrying = waiting > 0 && !isDisabled && nextAttemptAt !== undefined;
  const parts = [
    isDisabled && word('disabled'),
    waiting > 0 && word('waiting', { count: waiting }),
    isRetrying && word('next', { time: timeText(nextAttemptAt) }),
    isRetrying && lastFailure && word('failure', { why: lastFailure }),
    dead > 0 && word('given-up', { count: dead }),
  ];
  return parts.filter(Boolean).join(' ');
}
