import { callAdmin } from './call-admin.ts';
import { showMail } from './mail-preview.ts';
import { clearAnswer, failureText, showAnswer } from './show-answer.ts';
import { sizeText } from './size-text.ts';

interface CapturedMail {
  id: string;
  at: number | string;
  from: string;
  to: string | string[];
  subject: string;
  size: number;
}

type View = 'html' | 'text' | 'source';
type MailViews = Partial<Record<View, string>>;

/** The list of mails that the route "capture" kept, with a harmless preview of one. */
export function showCapturedMails(node: EditorNode): void {
  const list = $('#email-app-captured-list');
  const answer = $('#email-app-captured-answer');
  const preview = openPreview(node);

  $('#email-app-captured-refresh').on('click', () => attempt(refresh));
  $('#email-app-captured-clear').on('click', () => attempt(clear));
  $('#node-config-input-route').on('change', (event) => {
    if ($(event.currentTarget).val() === 'capture') void attempt(refresh);
  });

  async function attempt(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      showAnswer(answer, 'note', failureText(node, error));
    }
  }

  async function refresh(): Promise<void> {
    const mails = await callAdmin<CapturedMail[]>('GET', `${node.id}/captured`);
    preview.close();
    list
      .empty()
      .append(mails.map((mail) => mailRow(node, mail, (button) => attempt(() => open(mail, button)))));
    if (mails.length > 0) clearAnswer(answer);
    else showAnswer(answer, 'note', node._('email-app.captured.empty'));
  }

  async function clear(): Promise<void> {
    await callAdmin('DELETE', `${node.id}/captured`);
    await refresh();
  }

  async function open(mail: CapturedMail, button: JQuery): Promise<void> {
    preview.open(await callAdmin<MailViews>('GET', `${node.id}/captured/${encodeURIComponent(mail.id)}`));
    list.find('button').attr('aria-pressed', 'false');
    button.attr('aria-pressed', 'true');
  }
}

function mailRow(node: EditorNode, mail: CapturedMail, open: (button: JQuery) => Promise<void>): JQuery {
  const button = $('<button type="button" aria-pressed="false">').append(
    $('<span class="email-mail-subject">').text(mail.subject || node._('email-app.captured.no-subject')),
    $('<span class="email-mail-time">').text(new Date(mail.at).toLocaleString()),
    $('<span class="email-mail-to">').text([mail.to].flat().join(', ')),
    $('<span class="email-mail-size">').text(sizeText(mail.size)),
  );
  button.on('click', () => open(button));
  return $('<li>').append(button);
}

function openPreview(node: EditorNode) {
  const panel = $('#email-app-captured-preview');
  const frame = $('#email-app-captured-html') as JQuery<HTMLIFrameElement>;
  const plain = $('#email-app-captured-text');
  let mail: MailViews = {};

  $('.email-app-captured-view').on('click', (event) => show(event.currentTarget.dataset.view as View));

  function show(view: View): void {
    $('.email-app-captured-view').each((_, button) => {
      $(button).toggleClass('selected', button.dataset.view === view);
      button.setAttribute('aria-pressed', String(button.dataset.view === view));
    });
    const asMail = view === 'html' && Boolean(mail.html);
    frame.toggleClass('email-hidden', !asMail);
    plain.toggleClass('email-hidden', asMail);
    if (asMail) showMail(frame, mail.html ?? '');
    else plain.text(mail[view] || node._('email-app.captured.no-part'));
  }

  return {
    open(opened: MailViews) {
      mail = opened;
      panel.removeClass('email-hidden');
      show(mail.html ? 'html' : 'text');
    },
    close() {
      panel.addClass('email-hidden');
    },
  };
}
