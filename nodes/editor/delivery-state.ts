import { callAdmin, isAdminRefusal } from './call-admin.ts';
import { failureText, showAnswer } from './show-answer.ts';
import { timeText } from './time-text.ts';

interface DeliveryState {
  paused: boolean;
  marketingPaused?: string;
  waiting: number;
  scheduled: number;
  sending: number;
  unknown: number;
  rate: number;
  nextAttemptAt?: number | string;
  lastFailure?: { reason: string };
}

const everyMs = 2000;

/** Shows what the deployed app is doing, with Pause and Resume, until the dialog's elements are gone. */
export function showDeliveryState(node: EditorNode): void {
  const panel = $('#email-app-state');
  const answer = $('#email-app-state-answer');
  const toggle = $('#email-app-pause');
  let paused = false;

  toggle.on('click', () => update('POST', paused ? 'resume' : 'pause'));
  if (RED.nodes.node(node.id)) void poll();
  else showAnswer(answer, 'note', node._('email-app.failure.not-deployed'));

  async function poll(): Promise<void> {
    const goOn = await update('GET', 'state');
    if (goOn && panel[0]?.isConnected) setTimeout(poll, everyMs);
  }

  /** False when the app is not deployed, so that asking again is of no use. */
  async function update(method: string, path: string): Promise<boolean> {
    try {
      show(await callAdmin<DeliveryState>(method, `${node.id}/${path}`));
      return true;
    } catch (error) {
      showAnswer(answer, 'note', failureText(node, error));
      return !(isAdminRefusal(error) && error.status === 404);
    }
  }

  function show(state: DeliveryState): void {
    paused = state.paused || state.marketingPaused !== undefined;
    panel.add(toggle).removeClass('email-hidden');
    $('#email-app-state-numbers').empty().append(numbers(node, state));
    setLabel(
      toggle,
      paused ? 'fa-play' : 'fa-pause',
      node._(`email-app.state.${paused ? 'resume' : 'pause'}`),
    );
    const sentence = stateSentence(node, state);
    // A live region that is written every two seconds would be read out every two seconds.
    if (answer.text() !== sentence)
      showAnswer(answer, state.lastFailure ? 'bad' : paused ? 'note' : 'good', sentence);
  }
}

function numbers(node: EditorNode, state: DeliveryState): JQuery[] {
  return (['waiting', 'scheduled', 'sending', 'unknown'] as const).map((name) =>
    $('<div>').append(
      $('<dt>').text(node._(`email-app.state.${name}`)),
      $('<dd>').text(state[name].toLocaleString()),
    ),
  );
}

function setLabel(button: JQuery, icon: string, text: string): void {
  if (button.text().trim() === text) return;
  button.empty().append($('<i aria-hidden="true">').addClass(`fa ${icon}`), ` ${text}`);
}

function stateSentence(node: EditorNode, state: DeliveryState): string {
  const { paused, marketingPaused, lastFailure, nextAttemptAt: next } = state;
  return [
    paused && node._('email-app.state.is-paused'),
    marketingPaused && node._('email-app.state.is-marketing-paused', { text: marketingPaused }),
    lastFailure && node._('email-app.state.failure', { text: lastFailure.reason }),
    !paused && !lastFailure && node._('email-app.state.is-running', { rate: state.rate }),
    !paused && next && node._(`email-app.state.${lastFailure ? 'retry' : 'next'}`, { time: timeText(next) }),
  ]
    .filter(Boolean)
    .join(' ');
}
