import { callAdmin, isAdminRefusal } from './call-admin.ts';
import { showMail } from './mail-preview.ts';
import { clearAnswer, failureText, showAnswer } from './show-answer.ts';

export type Part = 'html' | 'text';
type View = Part | 'preview';

/** Where the editors stand and what they show; elements are named `<prefix>-…`. */
export interface BodyPlace {
  readonly node: EditorNode;
  readonly prefix: string;
  read(part: Part): string;
  write(part: Part, text: string): void;
  subject(): string;
  /** Sent along with a preview: the templates that a body may include. */
  partials?(): readonly object[];
  /** Everything in which placeholders may stand; the subject and both parts otherwise. */
  wholeText?(): string;
}

export interface BodyEditors {
  /** Shows another text in the same editors. */
  load(): void;
  /** Lays the editors out anew, once they are on the screen. */
  show(): void;
  close(): void;
}

interface PreviewAnswer {
  subject?: string;
  html?: string;
  text?: string;
}

const views: readonly View[] = ['html', 'text', 'preview'];
const parts: readonly Part[] = ['html', 'text'];
const pauseMs = 400;

const unsubscribeLink: Record<Part, string> = {
  html: '<a href="$(unsubscribe)">Unsubscribe</a>',
  text: 'Unsubscribe: $(unsubscribe)',
};

/** The code editors for the two parts of a body, with a preview beside them. */
export function openBodyEditors(place: BodyPlace): BodyEditors {
  const { prefix } = place;
  const editors = { html: openEditor(place, 'html'), text: openEditor(place, 'text') };
  const values = RED.editor.createEditor({ id: `${prefix}-values`, mode: 'ace/mode/json', value: '{}' });
  const preview = openPreview(place, values);
  let view: View = fullPart(place);

  const show = (chosen: View) => {
    view = chosen;
    for (const name of views) {
      $(`#${prefix}-${name}-panel`).toggleClass('email-hidden', name !== view);
      $(`.${prefix}-view[data-view="${name}"]`)
        .toggleClass('selected', name === view)
        .attr('aria-pressed', String(name === view));
    }
    $(`.${prefix}-insert`).toggleClass('email-hidden', view === 'preview');
    if (view === 'preview') preview.open();
    else editors[view].resize();
  };
  const insert = (text: (part: Part) => string) => {
    if (view !== 'preview') insertText(editors[view], text(view));
  };

  $(`.${prefix}-view`).on('click', (event) => show(event.currentTarget.dataset.view as View));
  $(`#${prefix}-insert-placeholder`).on('click', () => insert(() => '{{name}}'));
  $(`#${prefix}-insert-unsubscribe`).on('click', () => insert((part) => unsubscribeLink[part]));
  show(view);
  return {
    load() {
      for (const part of parts) editors[part].setValue(place.read(part), -1);
      values.setValue('{}');
      show(fullPart(place));
    },
    show: () => show(view),
    close() {
      preview.close();
      for (const editor of [editors.html, editors.text, values]) editor.destroy();
    },
  };
}

/** The part to look at first. */
const fullPart = (place: BodyPlace) => parts.find((part) => place.read(part).trim() !== '') ?? 'html';

function openEditor(place: BodyPlace, part: Part): CodeEditor {
  const editor = RED.editor.createEditor({
    id: `${place.prefix}-${part}-editor`,
    mode: `ace/mode/${part}`,
    stateId: `${place.node.id}/${part}`,
    value: place.read(part),
  });
  editor.getSession().on('change', () => place.write(part, editor.getValue()));
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

function openPreview(place: BodyPlace, values: CodeEditor) {
  const { node, prefix } = place;
  const answer = $(`#${prefix}-preview-answer`);
  const frame = $(`#${prefix}-preview-html`) as JQuery<HTMLIFrameElement>;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let latest = 0;

  values.getSession().on('change', later);

  function later(): void {
    clearTimeout(timer);
    timer = setTimeout(refresh, pauseMs);
  }

  async function refresh(): Promise<void> {
    if (!$(`#${prefix}-preview-panel`).is(':visible')) return;
    const turn = ++latest;
    try {
      const answered = await callAdmin<PreviewAnswer>('POST', 'preview', presentMail(place, values));
      if (turn === latest) show(answered);
    } catch (error) {
      if (turn === latest) showAnswer(answer, 'bad', problemText(node, error));
    }
  }

  function show(mail: PreviewAnswer): void {
    clearAnswer(answer);
    $(`#${prefix}-preview-subject`).text(mail.subject || node._(`${node.type}.preview.no-subject`));
    frame.toggleClass('email-hidden', !mail.html);
    if (mail.html) showMail(frame, mail.html);
    $(`#${prefix}-preview-text`)
      .text(mail.text ?? '')
      .toggleClass('email-hidden', !mail.text);
  }

  return {
    open() {
      if (values.getValue().trim() === '{}') values.setValue(sampleFor(place));
      values.resize();
      void refresh();
    },
    close() {
      clearTimeout(timer);
      latest++;
    },
  };
}

function presentMail(place: BodyPlace, values: CodeEditor): object {
  return {
    subject: place.subject(),
    html: place.read('html'),
    text: place.read('text'),
    values: JSON.parse(values.getValue() || '{}'),
    ...(place.partials && { partials: place.partials() }),
  };
}

function problemText(node: EditorNode, error: unknown): string {
  if (error instanceof SyntaxError) return node._(`${node.type}.preview.bad-values`, { why: error.message });
  return isAdminRefusal(error) ? failureText(node, error) : String(error);
}

/** A sample value for every placeholder found, so that the first preview is not a list of missing ones. */
function sampleFor(place: BodyPlace): string {
  const body = place.wholeText?.() ?? `${place.subject()}\n${place.read('html')}\n${place.read('text')}`;
  const sample: Record<string, string> = {};
  for (const [, braces, dollar] of body.matchAll(/\{\{\s*([\w-]+)\s*\}\}|\$\(\s*([\w-]+)\s*\)/g)) {
    const name = braces ?? dollar ?? '';
    if (!name.startsWith('unsubscribe')) sample[name] = name;
  }
  return JSON.stringify(sample, null, 2);
}
