import { callAdmin, isAdminRefusal } from './call-admin.ts';
import { showMail } from './mail-preview.ts';
import { clearAnswer, failureText, showAnswer } from './show-answer.ts';

type Part = 'html' | 'text';
type View = Part | 'preview';

interface PreviewAnswer {
  subject?: string;
  html?: string;
  text?: string;
}

const views: readonly View[] = ['html', 'text', 'preview'];
const parts: readonly Part[] = ['html', 'text'];
const pauseMs = 400;

/** The code editors for a body typed in the node, with a preview beside them. Returns what ends them. */
export function openBodyEditors(node: EditorNode): () => void {
  const editors = { html: openEditor('html', node), text: openEditor('text', node) };
  const values = RED.editor.createEditor({ id: 'send-email-values', mode: 'ace/mode/json', value: '{}' });
  const preview = openPreview(node, editors, values);
  let view: View = parts.find((part) => !isBlank(editors[part])) ?? 'html';

  const show = (chosen: View) => {
    view = chosen;
    for (const name of views) {
      $(`#send-email-${name}-panel`).toggleClass('email-hidden', name !== view);
      $(`.send-email-view[data-view="${name}"]`)
        .toggleClass('selected', name === view)
        .attr('aria-pressed', String(name === view));
    }
    $('.send-email-insert').toggleClass('email-hidden', view === 'preview');
    if (view === 'preview') preview.open();
    else editors[view].resize();
  };
  const insert = (text: string) => {
    if (view !== 'preview') insertText(editors[view], text);
  };

  const sayIfMissing = () => {
    $('#send-email-body-missing').toggleClass('email-hidden', !parts.every((part) => isBlank(editors[part])));
  };

  for (const part of parts) editors[part].getSession().on('change', sayIfMissing);
  sayIfMissing();
  $('.send-email-view').on('click', (event) => show(event.currentTarget.dataset.view as View));
  $('#send-email-insert-placeholder').on('click', () => insert('{{name}}'));
  $('#node-input-bodySource').on('change', () => show(view));
  $('#send-email-content').on('toggle', () => show(view));
  show(view);
  return () => {
    preview.close();
    for (const editor of [editors.html, editors.text, values]) editor.destroy();
  };
}

const isBlank = (editor: CodeEditor) => editor.getValue().trim() === '';

/** The hidden field is what Node-RED saves and checks; the editor shows it. */
function openEditor(part: Part, node: EditorNode): CodeEditor {
  const field = $(`#node-input-${part}`);
  const editor = RED.editor.createEditor({
    id: `send-email-${part}-editor`,
    mode: `ace/mode/${part}`,
    stateId: `${node.id}/${part}`,
    value: String(field.val() ?? ''),
  });
  editor.getSession().on('change', () => field.val(editor.getValue()).trigger('change'));
  return editor;
}

/** Monaco and the older code editor name it differently. */
function insertText(editor: CodeEditor, text: string): void {
  const monaco = editor as CodeEditor & Partial<MonacoEditor>;
  if (monaco.executeEdits && monaco.getSelection) {
    monaco.executeEdits('email', [{ range: monaco.getSelection(), text, forceMoveMarkers: true }]);
  } else if (editor.insert) editor.insert(text);
  else editor.setValue(editor.getValue() + text);
  editor.focus();
}

interface MonacoEditor {
  getSelection(): unknown;
  executeEdits(source: string, edits: { range: unknown; text: string; forceMoveMarkers: boolean }[]): void;
}

function openPreview(node: EditorNode, editors: Record<Part, CodeEditor>, values: CodeEditor) {
  const answer = $('#send-email-preview-answer');
  const frame = $('#send-email-preview-html') as JQuery<HTMLIFrameElement>;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let latest = 0;

  values.getSession().on('change', later);

  function later(): void {
    clearTimeout(timer);
    timer = setTimeout(refresh, pauseMs);
  }

  async function refresh(): Promise<void> {
    const turn = ++latest;
    try {
      const answered = await callAdmin<PreviewAnswer>('POST', 'preview', currentMail(editors, values));
      if (turn === latest) show(answered);
    } catch (error) {
      if (turn === latest) showAnswer(answer, 'bad', problemText(node, error));
    }
  }

  function show(mail: PreviewAnswer): void {
    clearAnswer(answer);
    $('#send-email-preview-subject').text(mail.subject || node._('send-email.preview.no-subject'));
    frame.toggleClass('email-hidden', !mail.html);
    if (mail.html) showMail(frame, mail.html);
    $('#send-email-preview-text')
      .text(mail.text ?? '')
      .toggleClass('email-hidden', !mail.text);
  }

  return {
    open() {
      if (values.getValue().trim() === '{}') values.setValue(sampleFor(editors));
      values.resize();
      void refresh();
    },
    close() {
      clearTimeout(timer);
      latest++;
    },
  };
}

function currentMail(editors: Record<Part, CodeEditor>, values: CodeEditor): object {
  return {
    subject: typedSubject(),
    html: editors.html.getValue(),
    text: editors.text.getValue(),
    values: JSON.parse(values.getValue() || '{}'),
  };
}

/** Only a subject typed in the dialog is known here. */
function typedSubject(): string {
  const field = $('#node-input-subject');
  return field.typedInput('type') === 'str' ? field.typedInput('value') : '';
}

function problemText(node: EditorNode, error: unknown): string {
  if (error instanceof SyntaxError) return node._('send-email.preview.bad-values', { why: error.message });
  return isAdminRefusal(error) ? failureText(node, error) : String(error);
}

/** A sample value for every placeholder found, so that the first preview is not a list of missing ones. */
function sampleFor(editors: Record<Part, CodeEditor>): string {
  const body = `${typedSubject()}\n${editors.html.getValue()}\n${editors.text.getValue()}`;
  const sample: Record<string, string> = {};
  for (const [, braces, dollar] of body.matchAll(/\{\{\s*([\w-]+)\s*\}\}|\$\(\s*([\w-]+)\s*\)/g)) {
    const name = braces ?? dollar ?? '';
    if (!name.startsWith('unsubscribe')) sample[name] = name;
  }
  return JSON.stringify(sample, null, 2);
}
