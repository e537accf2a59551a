import { showAsideMails } from './aside-mails.ts';
import { callAdmin, isAdminRefusal } from './call-admin.ts';
import { clearAnswer, failureText, showAnswer } from './show-answer.ts';
import { timeText } from './time-text.ts';

interface SourceState {
  source: string;
  connected: boolean;
  lastMailAt?: number;
  trouble?: string;
}

interface InboundState {
  sources: SourceState[];
  waiting: number;
  setAside: number;
  forwardingAddress?: string;
}

const everyMs = 2000;

/** Shows how the deployed app's sources stand, until the dialog's elements are gone. */
export function showInboundState(node: EditorNode): void {
  const panel = $('#email-app-inbound-state');
  const answer = $('#email-app-sources-answer');
  const showAside = showAsideMails(node);
  let shown = '';
  if (RED.nodes.node(node.id)) void poll();

  async function poll(): Promise<void> {
    const goOn = await update();
    if (goOn && panel[0]?.isConnected) setTimeout(poll, everyMs);
  }

  /** False when the app is not deployed, so that asking again is of no use. */
  async function update(): Promise<boolean> {
    try {
      show(await callAdmin<InboundState>('GET', `${node.id}/inbound`));
      return true;
    } catch (error) {
      if (isAdminRefusal(error) && error.status === 404) return false;
      panel.removeClass('email-hidden');
      shown = '';
      showAnswer(answer, 'note', failureText(node, error));
      return true;
    }
  }

  function show(state: InboundState): void {
    // A live region that is written every two seconds would be read out every two seconds.
    const present = JSON.stringify(state);
    if (present === shown) return;
    shown = present;
    const { sources, waiting, setAside, forwardingAddress = '' } = state;
    showAside(setAside);
    panel.toggleClass('email-hidden', sources.length === 0 && waiting + setAside === 0);
    $('#email-app-inbound-tip').toggleClass('email-hidden', sources.length > 0);
    $('#email-app-inbound-sources')
      .empty()
      .append(sources.map((source) => sourceLine(node, source)));
    $('#email-app-forwarding').val(forwardingAddress);
    const counts = [
      waiting > 0 && node._('email-app.inbound-state.waiting', { count: waiting }),
      setAside > 0 && node._('email-app.inbound-state.set-aside', { count: setAside }),
    ].filter(Boolean);
    if (counts.length > 0) showAnswer(answer, 'note', counts.join(' '));
    else clearAnswer(answer);
  }
}

function sourceLine(node: EditorNode, { source, connected, lastMailAt, trouble }: SourceState): JQuery {
  const mood = trouble ? 'bad' : connected ? 'good' : 'busy';
  const icon = { bad: 'fa-exclamation-circle', good: 'fa-check-circle', busy: 'fa-circle-o-notch' }[mood];
  const said = lastMailAt
    ? node._('email-app.inbound-state.last', { time: timeText(lastMailAt) })
    : node._(`email-app.inbound-state.${connected ? 'no-mail' : 'connecting'}`);
  const name = $('<b>').text(node._(`email-app.source.${source}`));
  return $('<li>')
    .addClass(mood)
    .append(
      $('<i aria-hidden="true">').addClass(`fa ${icon}`),
      $('<span>').append(name, `: ${trouble ?? said}`),
    );
}
