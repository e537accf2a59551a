import { callAdmin } from './call-admin.ts';
import { showMail } from './mail-preview.ts';
import { presentValues } from './present-values.ts';
import { clearAnswer, failureText, showAnswer } from './show-answer.ts';

interface HeadersAnswer {
  headers: { name: string; value: string }[];
  link: string;
}

interface PageAnswer {
  html: string;
}

const pauseMs = 500;

/** The headers and the page as recipients will get them, made by the runtime from what the dialog shows. */
export function showUnsubscribePreviews(node: EditorNode): void {
  const frame = $('#email-app-page-preview') as JQuery<HTMLIFrameElement>;
  keepFresh(node, {
    place: $('#email-app-headers-section'),
    answer: $('#email-app-headers-answer'),
    path: 'preview-headers',
    show: ({ headers, link }: HeadersAnswer) => showHeaders(node, headers, link),
    clear: () => $('#email-app-headers').addClass('email-hidden'),
  });
  keepFresh(node, {
    place: $('#email-app-page-section'),
    answer: $('#email-app-page-answer'),
    path: 'preview-page',
    show({ html }: PageAnswer) {
      frame.removeClass('email-hidden');
      showMail(frame, html);
    },
    clear: () => frame.addClass('email-hidden'),
  });
}

interface Preview<Answer> {
  /** A `details` element: asked for only while it is open. */
  readonly place: JQuery;
  readonly answer: JQuery;
  readonly path: string;
  show(answer: Answer): void;
  clear(): void;
}

function keepFresh<Answer>(node: EditorNode, preview: Preview<Answer>): void {
  const { place, answer } = preview;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let latest = 0;

  place.on('toggle', refresh);
  $('#email-app-form').on('change input', () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, pauseMs);
  });

  async function refresh(): Promise<void> {
    if (!place.prop('open') || !place[0]?.isConnected) return;
    const turn = ++latest;
    try {
      const answered = await callAdmin<Answer>('POST', preview.path, presentValues(node));
      if (turn !== latest) return;
      clearAnswer(answer);
      preview.show(answered);
    } catch (error) {
      if (turn !== latest) return;
      preview.clear();
      showAnswer(answer, 'note', failureText(node, error));
    }
  }
}

function showHeaders(
  node: EditorNode,
  headers: readonly { name: string; value: string }[],
  link: string,
): void {
  const lines = headers.map(({ name, value }) => `${name}: ${value}`);
  const shown = [...lines, link && node._('email-app.unsubscribe.link', { link })].filter(Boolean);
  $('#email-app-headers')
    .text(shown.join('\n'))
    .toggleClass('email-hidden', shown.length === 0);
  if (lines.length === 0) {
    showAnswer($('#email-app-headers-answer'), 'note', node._('email-app.unsubscribe.no-headers'));
  }
}
