/** True if another email app of the flows has this data id. */
export function isTakenAppId(appId: string, node: EditorNode): boolean {
  let taken = false;
  RED.nodes.eachConfig((other) => {
    taken ||= other.type === 'email-app' && other.id !== node.id && !other.d && other.appId === appId;
    return undefined;
  });
  return taken && !node.d;
}

/** The id is made once, with the node; it travels with the flow, so that an imported app finds its data. */
export function giveAppId(): void {
  const field = $('#node-config-input-appId');
  if (!field.val()) field.val(newAppId());
  $('#email-app-other-id').on('click', () => {
    field.prop('readonly', false).trigger('focus').trigger('select');
    $('#email-app-other-id').addClass('email-hidden');
    $('#email-app-other-id-tip').removeClass('email-hidden');
  });
}

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';

function newAppId(): string {
  // 252 is the greatest multiple of 36 in a byte: what lies above would favour the first letters.
  const fair = [...crypto.getRandomValues(new Uint8Array(64))].filter((byte) => byte < 252);
  return fair
    .slice(0, 16)
    .map((byte) => letters[byte % 36])
    .join('');
}
