import { secretValue } from './kept-secret.ts';
import { readForm } from './read-form.ts';

/** What the dialog of an email app shows, for the runtime: an untouched secret means the saved one. */
export function presentValues(node: EditorNode): object {
  const names = Object.keys(node._def.credentials ?? {});
  const credentials = names.map((name) => [name, secretValue($(`#node-config-input-${name}`))]);
  return { id: node.id, config: readForm(node), credentials: Object.fromEntries(credentials) };
}
