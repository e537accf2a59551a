const saved = '__PWRD__';

/** For a secret whose field is not a password field: says that a value is saved instead of showing the mark for it. */
export function hideSavedSecret(field: JQuery, texts: { saved: string; remove: string }): void {
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

/** The field's value for the runtime: untouched means the saved one. */
export function secretValue(field: JQuery): string {
  const typed = String(field.val() ?? '');
  return typed === '' && field.data('keeps') ? saved : typed;
}
