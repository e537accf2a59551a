import { callAdmin } from './call-admin.ts';
import { presentValues } from './present-values.ts';
import { clearAnswer, failureText, showAnswer } from './show-answer.ts';

/** What rights can be asked for; `setup` is for keys that are taken away afterwards. */
const features: readonly { name: string; ticked: boolean }[] = [
  { name: 'sending', ticked: true },
  { name: 'setup', ticked: true },
  { name: 'events', ticked: false },
  { name: 'inbound', ticked: false },
  { name: 'suppression', ticked: false },
];

const patience = 400;

/** The IAM policy for exactly what is ticked, made anew whenever something changes while it is looked at. */
export function showPolicy(node: EditorNode, form: JQuery): void {
  const section = $('#email-app-policy-section');
  const answer = $('#email-app-policy-answer');
  const text = $('#email-app-policy');
  let timer: ReturnType<typeof setTimeout> | undefined;
  let latest = 0;

  $('#email-app-policy-features').append(features.map((feature) => featureBox(node, feature)));
  section.on('toggle', refresh);
  form.on('change', () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, patience);
  });

  async function refresh(): Promise<void> {
    if (!section.prop('open') || !section[0]?.isConnected) return;
    const turn = ++latest;
    try {
      const chosen = { ...presentValues(node), features: ticked() };
      const { policy } = await callAdmin<{ policy: object }>('POST', 'setup/policy', chosen);
      if (turn !== latest) return;
      text.text(JSON.stringify(policy, null, 2)).removeClass('email-hidden');
      clearAnswer(answer);
    } catch (error) {
      if (turn !== latest) return;
      text.addClass('email-hidden');
      showAnswer(answer, 'note', failureText(node, error));
    }
  }
}

function featureBox(node: EditorNode, { name, ticked }: (typeof features)[number]): JQuery {
  const box = $('<input type="checkbox">').val(name).prop('checked', ticked);
  return $('<label class="email-check">').append(box, $('<span>').text(node._(`email-app.policy.${name}`)));
}

const ticked = () =>
  $('#email-app-policy-features input:checked')
    .toArray()
    .map((box) => String($(box).val()));
