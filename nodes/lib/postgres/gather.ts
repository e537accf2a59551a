/** Calls of one kind come in; those that come while one is under way, or at the same moment, go out as one. */
import { asEmailError, EmailError } from '../kernel/errors.ts';

interface Waiting<Input, Output> {
  readonly input: Input;
  readonly resolve: (output: Output) => void;
  readonly reject: (failure: EmailError) => void;
}

/**
 * `run` answers its inputs in their order; a call whose answer is an EmailError throws it. What `run` itself throws, each
 * of its calls throws. `most` inputs go at once.
 */
export function gather<Input, Output>(
  run: (inputs: readonly Input[]) => Promise<readonly (Output | EmailError)[]>,
  most: number,
): (input: Input) => Promise<Output> {
  const waiting: Waiting<Input, Output>[] = [];
  let isUnderWay = false;
  const runAll = async (): Promise<void> => {
    while (waiting.length > 0) await answer(run, waiting.splice(0, most));
    isUnderWay = false;
  };
  return (input) =>
    new Promise((resolve, reject) => {
      waiting.push({ input, resolve, reject });
      if (isUnderWay) return;
      isUnderWay = true;
      // all that is called at this moment goes together
      setImmediate(() => void runAll());
    });
}

async function answer<Input, Output>(
  run: (inputs: readonly Input[]) => Promise<readonly (Output | EmailError)[]>,
  calls: readonly Waiting<Input, Output>[],
): Promise<void> {
  try {
    const outputs = await run(calls.map(({ input }) => input));
    for (const [index, { resolve, reject }] of calls.entries()) {
      const output = outputs[index] as Output | EmailError;
      if (output instanceof EmailError) reject(output);
      else resolve(output);
    }
  } catch (error) {
    for (const { reject } of calls) reject(asEmailError(error));
  }
}
