/** The same works are told beforehand or done: what is there is kept, what is missing is made. */
import { type OnStep, takeStep } from './setup-step.ts';

export interface PlannedStep {
  /** `note`: nothing is done, somebody should know. */
  readonly effect: 'keep' | 'make' | 'change' | 'note';
  readonly text: string;
}

export interface Works {
  /** Makes what is not there. When only planned, `act` is not called and `planned` stands for its result. */
  make<Result>(text: string, act: () => Promise<Result>, planned: Result): Promise<Result>;
  /** Changes what is there. */
  change(text: string, act: () => Promise<void>): Promise<void>;
  keep(text: string): void;
  note(text: string): void;
}

interface Planning extends Works {
  readonly steps: readonly PlannedStep[];
}

/** Both throw what `lay` throws. */
export function planOrApply<Wishes, Laid>(lay: (wishes: Wishes, works: Works) => Promise<Laid>) {
  return {
    /** Reads, and changes nothing. */
    async plan(wishes: Wishes): Promise<readonly PlannedStep[]> {
      const works = planning();
      await lay(wishes, works);
      return works.steps;
    },
    /** May be asked again: what is there already is kept. */
    apply: (wishes: Wishes, onStep: OnStep): Promise<Laid> => lay(wishes, applying(onStep)),
  };
}

/** Nothing is done, all is told. */
function planning(): Planning {
  const steps: PlannedStep[] = [];
  const tell = (effect: PlannedStep['effect']) => (text: string) => void steps.push({ effect, text });
  return {
    steps,
    async make(text, _act, planned) {
      tell('make')(text);
      return planned;
    },
    change: async (text) => tell('change')(text),
    keep: tell('keep'),
    note: tell('note'),
  };
}

function applying(onStep: OnStep): Works {
  return {
    make: (text, act) => takeStep(onStep, text, act),
    change: (text, act) => takeStep(onStep, text, act),
    keep: (text) => onStep({ text, state: 'done' }),
    note: (text) => onStep({ text, state: 'left' }),
  };
}
