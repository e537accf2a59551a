import { secretValue } from './kept-secret.ts';
import { type FieldPrefix, readForm } from './read-form.ts';

/** What a dialog shows, for the runtime: an untouched secret means the saved one. */
export function presentValues(node: EditorNode, prefix: FieldPrefix = 'node-config-input'): object {
  const names = Object.keys(node._def.credentials ?? {});
  const credentials = names.map((name) => [name, secretValue($(`#${prefix}-${name}`))]);
  return { id: node.id, config: readForm(node, prefix), credentials: Object.fromEntries(credentials) };
}
