/** Gives every `<button class="email-copy" data-copies="#element">` of the form its label and its work. */
export function labelCopyButtons(node: EditorNode, form: JQuery): void {
  form.find('.email-copy').each((_, element) => {
    const button = $(element);
    const copied = () => $(String(button.data('copies')));
    button.append('<i class="fa fa-clipboard" aria-hidden="true"></i> ', node._(`${node.type}.button.copy`));
    button.on('click', () => copyText(node, button, String(copied().val() || copied().text())));
  });
}

/** A small button that copies one text; `what` says which, for those who cannot see it stand beside. */
export function copyButton(node: EditorNode, what: string, text: string): JQuery {
  const title = node._(`${node.type}.button.copy-what`, { what });
  const button = $('<button type="button" class="email-copy-small">').attr({ title, 'aria-label': title });
  button.append('<i class="fa fa-clipboard" aria-hidden="true"></i>');
  return button.on('click', () => copyText(node, button, text));
}

/** Through Node-RED's own helper: the browser's needs a page served over https. */
export function copyText(node: EditorNode, button: JQuery, text: string): void {
  RED.clipboard.copyText(text, button, node._(`${node.type}.copied`));
}
