import { isEnvironmentVariable } from './field-checks.ts';
import { isSaved } from './kept-secret.ts';

type Passes = (value: string, node: EditorNode) => boolean;
type Check = (this: EditorNode, value: string, options: object) => true | string;

/**
 * A `validate` for Node-RED: true, or the sentence of `key`. The name is looked up below `<type>.check`.
 * Node-RED shows the sentence only if the function has exactly two parameters.
 */
export function check(key: string, passes: Passes): Check {
  return function (this: EditorNode, value: string, _options: object) {
    const text = String(value ?? '').trim();
    return isEnvironmentVariable(text) || passes(text, this) || this._(`${this.type}.check.${key}`);
  };
}

/** As `check`, for a setting that may be left empty. */
export function checkIfSet(key: string, passes: Passes): Check {
  return check(key, (value, node) => value === '' || passes(value, node));
}

/** As `check`, for a credential, whose value is known only while it is typed: one that is saved is good. */
export function checkSecret(key: string, name: string, passes: Passes): Check {
  return check(key, (value, node) => {
    const field = presentField(node, name);
    return !field || isSaved(field) || passes(value, node);
  });
}

let dialog: { id: string; prefix: string } | undefined;

/** Says which node's fields are on the screen, so that checks of several fields look at what is typed there. */
export function watchDialog(node: EditorNode, prefix: 'node-input' | 'node-config-input'): void {
  dialog = { id: node.id, prefix };
}

/** The present value of another property: what is typed if the node's dialog is open, otherwise what is saved. */
export function siblingValue(node: EditorNode, property: string): string {
  return String(presentField(node, property)?.val() ?? node[property] ?? '').trim();
}

/** As `siblingValue`, for a check box. */
export function presentSwitch(node: EditorNode, property: string): boolean {
  return (presentField(node, property)?.prop('checked') ?? node[property]) === true;
}

/** Undefined unless the node's dialog is open and has that field. */
function presentField(node: EditorNode, property: string): JQuery | undefined {
  const field = dialog?.id === node.id ? $(`#${dialog.prefix}-${property}`) : undefined;
  return field?.length ? field : undefined;
}
