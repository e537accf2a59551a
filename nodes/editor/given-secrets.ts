/** Names of the secrets that are saved with the dialog: the runtime tells by them whether it got them all. */
export function givenSecrets(node: EditorNode, prefix: string): string[] {
  return Object.keys(node._def.credentials ?? {}).filter((name) => $(`#${prefix}-${name}`).val() !== '');
}
