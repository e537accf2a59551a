/** A flow written by hand or by an older version lacks newer settings: their selects show the default, as the runtime takes it. */
export function fillEmptySelects(node: EditorNode, form: JQuery): void {
  for (const select of form.find('select').get()) {
    const name = select.id.replace(/^node-(config-)?input-/, '');
    if ($(select).val() === null) $(select).val(String(node._def.defaults[name]?.value));
  }
}
