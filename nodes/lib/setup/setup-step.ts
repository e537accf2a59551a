/** Long work tells of its steps as it takes them. */
import { asEmailError } from '../kernel/errors.ts';

export interface SetupStep {
  readonly text: string;
  /** `left`: not done on purpose, and the text says why. */
  readonly state: 'running' | 'done' | 'left' | 'failed';
}

export type OnStep = (step: SetupStep) => void;

/** Says what begins and how it ended; what was thrown is thrown on. `told` says what came of it. */
export async function takeStep<Result>(
  onStep: OnStep,
  text: string,
  work: () => Promise<Result>,
  told: (result: Result) => string = () => text,
): Promise<Result> {
  onStep({ text, state: 'running' });
  try {
    const result = await work();
    onStep({ text: told(result), state: 'done' });
    return result;
  } catch (thrown) {
    onStep({ text: `${text}: ${asEmailError(thrown).message}`, state: 'failed' });
    throw thrown;
  }
}
