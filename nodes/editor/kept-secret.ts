const saved = '__PWRD__';

/** Secrets whose fields show what is typed: they do not show what is saved. */
const shownSecrets = ['user', 'dkimKey', 'accessKeyId', 'imapUser', 'httpSecret'];
const fields = () => shownSecrets.map((name) => $(`#node-config-input-${name}`));

/** Their fields say that a value is saved instead of showing the mark for it. */
export function hideSavedSecrets(node: EditorNode): void {
  const texts = { saved: node._('email-app.secret.saved'), remove: node._('email-app.secret.remove') };
  for (const field of fields()) hideSavedSecret(field, texts);
}

/** Before the dialog is saved: what was not touched stays. */
export function keepSavedSecrets(): void {
  for (const field of fields()) field.val(secretValue(field));
}

function hideSavedSecret(field: JQuery, texts: { saved: string; remove: string }): void {
  if (field.val() !== saved) return;
  const remove = $('<button type="button" class="red-ui-button red-ui-button-small">')
    .attr({ title: texts.remove, 'aria-label': texts.remove })
    .append('<i class="fa fa-trash" aria-hidden="true"></i>');
  remove.on('click', () => {
    field.removeData('keeps').attr('placeholder', '').trigger('change').trigger('focus');
    remove.remove();
  });
  // Node-RED translates what is marked for it after the dialog was prepared.
  field.val('').data('keeps', true).removeAttr('data-i18n').attr('placeholder', texts.saved).after(remove);
}

/** True for a field whose value is saved, and not shown. */
export function isSaved(field: JQuery): boolean {
  return secretValue(field) === saved;
}

/** The field's value for the runtime: untouched means the saved one. */
export function secretValue(field: JQuery): string {
  const typed = String(field.val() ?? '');
  return typed === '' && field.data('keeps') ? saved : typed;
}
