import { rowsOf } from './editable-rows.ts';

/** All properties of a config node as its open dialog shows them, whether saved or not. */
export function readForm(node: EditorNode): Record<string, unknown> {
  const names = Object.keys(node._def.defaults);
  return Object.fromEntries(names.map((name) => [name, readField(name, node[name])]));
}

function readField(name: string, saved: unknown): unknown {
  const list = $(`#node-config-input-${name}-list`);
  if (list.length > 0) return listValue(list);
  const field = $(`#node-config-input-${name}`);
  if (field.length === 0) return saved;
  if (field.attr('type') === 'checkbox') return field.prop('checked');
  return field.val() === '_ADD_' ? '' : field.val();
}

/** Lists that are no table of rows say themselves what they hold. */
function listValue(list: JQuery): unknown {
  const value = list.data('value') as (() => unknown) | undefined;
  return value ? value() : rowsOf(list);
}
