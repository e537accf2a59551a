import type { Node, NodeAPI, NodeMessageInFlow } from 'node-red';

/** One typedInput of a node: its value and type as the editor saved them. */
export interface TypedInput {
  readonly value: string;
  readonly type: string;
}

/** Nothing was entered; only a time needs no value. */
export function isEmpty({ value, type }: TypedInput): boolean {
  return value === '' && type !== 'date';
}

/** What a typedInput stands for in this message, as a promise; an empty field and a missing property are undefined. */
export type ReadTypedInput = (input: TypedInput, message: NodeMessageInFlow) => Promise<unknown>;

export function typedInputReader(RED: NodeAPI, node: Node): ReadTypedInput {
  return async (input, message) => {
    const { value, type } = input;
    if (isEmpty(input)) return undefined;
    if (type === 'msg') return readProperty(RED, message, value);
    if (type === 'str') return value;
    return evaluate(RED, node, input, message);
  };
}

/** `msg.a.b` where `msg.a` is missing is a field without a value, not a failure. */
function readProperty(RED: NodeAPI, message: NodeMessageInFlow, path: string): unknown {
  try {
    return RED.util.getMessageProperty(message, path);
  } catch (thrown) {
    if (thrown instanceof TypeError) return undefined;
    throw thrown;
  }
}

/** JSONata and some context stores answer through the callback; bad json, re and bin throw instead. */
function evaluate(
  RED: NodeAPI,
  node: Node,
  { value, type }: TypedInput,
  message: NodeMessageInFlow,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    RED.util.evaluateNodeProperty(value, type, node, message, (failure: Error | null, result: unknown) => {
      if (failure) reject(failure);
      else resolve(result);
    });
  });
}
