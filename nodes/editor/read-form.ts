import { rowsOf } from './editable-rows.ts';

/** Of the fields of a config node, and of any other. */
export type FieldPrefix = 'node-config-input' | 'node-input';

/** All properties of a node as its open dialog shows them, whether saved or not. */
export function readForm(
  node: EditorNode,
  prefix: FieldPrefix = 'node-config-input',
): Record<string, unknown> {
  const names = Object.keys(node._def.defaults);
  return Object.fromEntries(names.map((name) => [name, readField(`#${prefix}-${name}`, node[name])]));
}

function readField(id: string, saved: unknown): unknown {
  const list = $(`${id}-list`);
  if (list.length > 0) return listValue(list);
  const field = $(id);
  if (field.length === 0) return saved;
  if (field.attr('type') === 'checkbox') return field.prop('checked');
  return field.val() === '_ADD_' ? '' : field.val();
}

/** Lists that are no table of rows say themselves what they hold. */
function listValue(list: JQuery): unknown {
  const value = list.data('value') as (() => unknown) | undefined;
  return value ? value() : rowsOf(list);
}
