import { callAdmin } from './call-admin.ts';
import { presentValues } from './present-values.ts';
import { clearAnswer, failureText, showAnswer } from './show-answer.ts';

const pauseMs = 400;

interface Preview {
  readonly body: string;
  /** Why the sample would be refused, in words. */
  readonly problem?: string;
}

/**
 * The code editors for the JSON template and the JSON Schema, each made when it is first looked at, and what a sample event
 * would be posted as.
 */
export function openJsonEditors(node: EditorNode): () => void {
  const preview = openPreview(node);
  const editors = new Map<string, CodeEditor>();
  const show = (name: string, start: string): void => {
    const editor = editors.get(name);
    if (editor) editor.resize();
    else editors.set(name, openEditor(node, { name, start, changed: preview.later }));
  };
  const format = $('#node-input-format');
  const section = $('#webhook-out-schema-section');
  const look = () => {
    if (format.val() === 'template') show('template', exampleTemplate);
    if (section.prop('open') === true) show('schema', '');
  };
  format.on('change', look);
  section.on('toggle', look);
  look();
  return () => {
    preview.close();
    for (const editor of editors.values()) editor.destroy();
  };
}

interface JsonField {
  readonly name: string;
  /** What an empty one begins with. */
  readonly start: string;
  readonly changed: () => void;
}

/** Writes into the hidden field, which Node-RED saves and checks. */
function openEditor(node: EditorNode, { name, start, changed }: JsonField): CodeEditor {
  const field = $(`#node-input-${name}`);
  const editor = RED.editor.createEditor({
    id: `webhook-out-${name}-editor`,
    mode: 'ace/mode/json',
    stateId: `${node.id}/${name}`,
    value: String(field.val() || start),
  });
  const write = () => {
    field.val(editor.getValue()).trigger('change');
    changed();
  };
  if (start) write();
  editor.getSession().on('change', write);
  return editor;
}

const exampleTemplate = `{
  "event": "{{type}}",
  "when": "{{timestamp}}",
  "customer": "{{data.recipient}}"
}`;

function openPreview(node: EditorNode) {
  const panel = $('#webhook-out-preview-section') as JQuery<HTMLDetailsElement>;
  const answer = $('#webhook-out-preview-answer');
  let timer: ReturnType<typeof setTimeout> | undefined;
  let latest = 0;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, pauseMs);
  };
  panel.on('toggle', later);
  $('#node-input-format, #node-input-hash, #node-input-timeZone').on('change', later);

  async function refresh(): Promise<void> {
    if (!panel.prop('open')) return;
    const turn = ++latest;
    try {
      const shown = await callAdmin<Preview>('POST', 'webhook-preview', presentValues(node, 'node-input'));
      if (turn === latest) show(shown);
    } catch (error) {
      if (turn === latest) showAnswer(answer, 'bad', failureText(node, error));
    }
  }

  function show({ body, problem }: Preview): void {
    $('#webhook-out-preview').text(body);
    if (problem) showAnswer(answer, 'bad', problem);
    else clearAnswer(answer);
  }

  return {
    later,
    close() {
      clearTimeout(timer);
      latest++;
    },
  };
}
