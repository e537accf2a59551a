import { callAdmin, saveFromAdmin } from './call-admin.ts';
import { clearAnswer, failureText, showAnswer } from './show-answer.ts';
import { sizeText } from './size-text.ts';
import { timeText } from './time-text.ts';

interface AsideMail {
  id: string;
  setAsideAt: number;
  size: number;
  why: string;
  from?: string;
  subject?: string;
}

interface Action {
  readonly name: 'retry' | 'download' | 'delete';
  readonly icon: string;
  readonly act: (mail: AsideMail) => Promise<unknown>;
}

/** The mails of an app that failed, each with what a person can do about it. The returned function tells how many there are. */
export function showAsideMails(node: EditorNode): (count: number) => void {
  const section = $('#email-app-aside');
  const list = $('#email-app-aside-list');
  const answer = $('#email-app-aside-answer');
  const all = $('#email-app-aside-retry');
  const actions = actionsOf(node, refresh);
  let counted = 0;

  section.on('toggle', () => attempt(refresh));
  all.on('click', () => attempt(() => callAdmin('POST', `${node.id}/inbound/retry`).then(refresh)));

  async function attempt(action: () => Promise<unknown>): Promise<void> {
    try {
      clearAnswer(answer);
      await action();
    } catch (error) {
      showAnswer(answer, 'bad', failureText(node, error));
    }
  }

  async function refresh(): Promise<void> {
    if (!section.prop('open')) return;
    const mails = await callAdmin<AsideMail[]>('GET', `${node.id}/inbound/aside`);
    list.empty().append(mails.map((mail) => mailRow(node, mail, buttonsOf(mail))));
    all.toggleClass('email-hidden', mails.length === 0);
    if (mails.length === 0) showAnswer(answer, 'note', node._('email-app.aside.empty'));
  }

  const buttonsOf = (mail: AsideMail) =>
    actions.map(({ act, ...look }) => actionButton(node, look, () => attempt(() => act(mail))));

  return (count) => {
    section.toggleClass('email-hidden', count === 0 && !section.prop('open'));
    $('#email-app-aside-count').text(count);
    if (count !== counted) void attempt(refresh);
    counted = count;
  };
}

function actionsOf(node: EditorNode, refresh: () => Promise<void>): readonly Action[] {
  const pathOf = ({ id }: AsideMail) => `${node.id}/inbound/aside/${encodeURIComponent(id)}`;
  return [
    {
      name: 'retry',
      icon: 'repeat',
      act: (mail) => callAdmin('POST', `${pathOf(mail)}/retry`).then(refresh),
    },
    { name: 'download', icon: 'download', act: (mail) => saveFromAdmin(pathOf(mail), 'mail.eml') },
    { name: 'delete', icon: 'trash-o', act: (mail) => callAdmin('DELETE', pathOf(mail)).then(refresh) },
  ];
}

function mailRow(node: EditorNode, mail: AsideMail, buttons: JQuery[]): JQuery {
  return $('<li>').append(
    $('<span class="email-mail-subject">').text(mail.subject ?? node._('email-app.captured.no-subject')),
    $('<span class="email-mail-time">').text(timeText(mail.setAsideAt)),
    $('<span class="email-mail-to">').text(mail.from ?? node._('email-app.aside.no-sender')),
    $('<span class="email-mail-size">').text(sizeText(mail.size)),
    $('<div class="email-aside-why">').text(mail.why),
    $('<div class="email-aside-buttons">').append(buttons),
  );
}

/** What cannot be undone takes a second click. */
function actionButton(
  node: EditorNode,
  { name, icon }: Omit<Action, 'act'>,
  act: () => Promise<void>,
): JQuery {
  let isSure = name !== 'delete';
  const label = $('<span>').text(node._(`email-app.button.${name}`));
  const button = $('<button type="button" class="red-ui-button red-ui-button-small">');
  button.append($('<i aria-hidden="true">').addClass(`fa fa-${icon}`), ' ', label);
  return button.on('click', () => {
    if (isSure) void act();
    else label.text(node._('email-app.aside.sure'));
    isSure = true;
  });
}
