import type { EventPlumbing } from '../lib/setup/event-plumbing.ts';
import type { InboundPlumbing } from '../lib/setup/inbound-plumbing.ts';
import type { SelfTestReport } from '../lib/setup/self-test-step.ts';
import type { PlannedStep } from '../lib/setup/works.ts';
import { callAdmin } from './call-admin.ts';
import { presentValues } from './present-values.ts';
import { clearAnswer, showAnswer } from './show-answer.ts';
import { runLive } from './step-list.ts';
import { whileBusy } from './while-busy.ts';

interface PlanAnswer {
  steps: readonly PlannedStep[];
  pools?: readonly string[];
}

const effects: Record<PlannedStep['effect'], { icon: string; mood: string }> = {
  keep: { icon: 'fa-check', mood: 'good' },
  make: { icon: 'fa-plus', mood: '' },
  change: { icon: 'fa-pencil', mood: '' },
  note: { icon: 'fa-info-circle', mood: '' },
};

/** The parts of the tab "Set-up" that make things in the AWS account, or try out what was made. */
export function openPlumbing(node: EditorNode): void {
  offerPools(node, []);
  offerPlan(node, 'events');
  offerPlan(node, 'inbound');
  offerWork<EventPlumbing>(node, 'events', ({ configurationSet }) => {
    const field = $('#node-config-input-configurationSet');
    if (field.val() === '') field.val(configurationSet).trigger('change');
    tell(node, 'events', 'good', 'events-done');
  });
  offerWork<InboundPlumbing>(node, 'inbound', ({ undo }) => {
    tell(node, 'inbound', 'good', 'inbound-done');
    $('#email-app-inbound-plan').append(undo.map((text) => planLine({ effect: 'note', text })));
  });
  offerWork<SelfTestReport>(node, 'selftest', ({ passed }) =>
    tell(node, 'selftest', passed ? 'good' : 'bad', passed ? 'selftest-passed' : 'selftest-failed'),
  );
}

function tell(node: EditorNode, part: string, mood: 'good' | 'bad', key: string): void {
  showAnswer($(`#email-app-${part}-answer`), mood, node._(`email-app.plumbing.${key}`));
}

/** "What will be made" is told before anything is: reading AWS takes seconds, so only when the person asks. */
function offerPlan(node: EditorNode, part: 'events' | 'inbound'): void {
  const answer = $(`#email-app-${part}-answer`);
  const button = $(`#email-app-${part}-look`);
  button.on('click', () =>
    whileBusy({ node, buttons: button, answer }, async () => {
      $(`#email-app-${part}-plan, #email-app-${part}-steps`).empty();
      showAnswer(answer, 'busy', node._('email-app.plumbing.looking'));
      const { steps, pools } = await callAdmin<PlanAnswer>('POST', `setup/${part}-plan`, presentValues(node));
      $(`#email-app-${part}-plan`).append(steps.map(planLine));
      $(`#email-app-${part}-run`).removeClass('email-hidden');
      if (pools) offerPools(node, pools);
      clearAnswer(answer);
    }),
  );
}

function planLine({ effect, text }: PlannedStep): JQuery {
  const { icon, mood } = effects[effect];
  return $('<li>')
    .addClass(mood)
    .append($('<i aria-hidden="true">').addClass(`fa ${icon}`), $('<span>').text(text));
}

function offerWork<Result>(node: EditorNode, part: string, done: (result: Result) => void): void {
  const buttons = $(`#email-app-${part}-run, #email-app-${part}-look`);
  const steps = $(`#email-app-${part}-steps`);
  const answer = $(`#email-app-${part}-answer`);
  $(`#email-app-${part}-run`).on('click', async () => {
    $(`#email-app-${part}-plan`).empty();
    const result = await runLive<Result>(node, { path: `setup/${part}`, steps, answer, buttons });
    if (result) done(result);
  });
}

/** A pool that was chosen before stays to be chosen, also before the account's are known. */
function offerPools(node: EditorNode, pools: readonly string[]): void {
  const select = $('#node-config-input-setupPool');
  const chosen = String(select.val() ?? node.setupPool ?? '');
  const names = [...new Set([...pools, ...(chosen === '' || chosen === '*' ? [] : [chosen])])];
  const options: [string, string][] = [
    ['', node._('email-app.pool.as-is')],
    ['*', node._('email-app.pool.shared')],
    ...names.map((name): [string, string] => [name, name]),
  ];
  select.empty().append(options.map(([value, text]) => $('<option>').val(value).text(text)));
  select.val(chosen);
}
