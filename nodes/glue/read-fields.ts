import type { Node, NodeAPI, NodeMessageInFlow } from 'node-red';
import { EmailError } from '../lib/kernel/errors.ts';
import { typedInputReader } from './typed-input.ts';

/** Reads some typedInputs of a node out of a message; broken JSON or JSONata is `unreadable-field` by its name. */
export function fieldReader<Name extends string>(
  RED: NodeAPI,
  node: Node,
  config: Readonly<Record<string, unknown>>,
  names: readonly Name[],
): (message: NodeMessageInFlow) => Promise<Record<Name, unknown>> {
  const read = typedInputReader(RED, node);
  const readOne = async (name: Name, message: NodeMessageInFlow): Promise<[Name, unknown]> => {
    const input = { value: String(config[name] ?? ''), type: String(config[`${name}Type`] ?? 'msg') };
    try {
      return [name, await read(input, message)];
    } catch (thrown) {
      const why = thrown instanceof Error ? thrown.message : String(thrown);
      throw new EmailError('unreadable-field', { field: name, detail: { why } });
    }
  };
  return async (message) => {
    const entries = await Promise.all(names.map((name) => readOne(name, message)));
    return Object.fromEntries(entries) as Record<Name, unknown>;
  };
}
