import { openBodyEditors, type Part } from './body-editors.ts';

/** The editors for a body typed in send-email: hidden fields are what Node-RED saves and checks. Returns what ends them. */
export function openTypedBody(node: EditorNode): () => void {
  const field = (part: Part) => $(`#node-input-${part}`);
  const read = (part: Part) => String(field(part).val() ?? '');
  const sayIfMissing = () => {
    $('#send-email-body-missing').toggleClass('email-hidden', `${read('html')}${read('text')}`.trim() !== '');
  };
  const editors = openBodyEditors({
    node,
    prefix: 'send-email',
    read,
    write(part, text) {
      field(part).val(text).trigger('change');
      sayIfMissing();
    },
    subject: typedSubject,
  });
  sayIfMissing();
  $('#node-input-bodySource').on('change', editors.show);
  $('#send-email-content').on('toggle', editors.show);
  return editors.close;
}

/** Only a subject typed in the dialog is known here. */
function typedSubject(): string {
  const field = $('#node-input-subject');
  return field.typedInput('type') === 'str' ? field.typedInput('value') : '';
}
