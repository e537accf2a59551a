/** Offers the other email apps to mail the owner through, by their data ids: two that name each other are no circle of nodes. */
export function offerAlertApps(node: EditorNode): void {
  const select = $('#node-config-input-alertThrough');
  const saved = String(node.alertThrough ?? '');
  const option = (value: string, text: string) => $('<option>').val(value).text(text).appendTo(select);
  option('', node._('email-app.alert.nobody'));
  RED.nodes.eachConfig((other) => {
    if (other.type === 'email-app' && other.id !== node.id && other.appId)
      option(String(other.appId), String(other.name || other.identity || other.appId));
    return undefined;
  });
  if (saved && select.find('option').filter((_, { value }) => value === saved).length === 0)
    option(saved, node._('email-app.alert.missing', { id: saved }));
  select.val(saved);
}
