import type { SetupStep } from '../../../nodes/lib/setup/setup-step.ts';
import type { planOrApply } from '../../../nodes/lib/setup/works.ts';
import { fakeClock, inTime } from '../../support/fake-clock.ts';
import { memoryAws } from '../../support/memory-aws.ts';

type Plumbing<Wishes, Laid> = ReturnType<typeof planOrApply<Wishes, Laid>>;

/** Plumbing in an account in memory, as these wishes and a test's changes of them want it. */
export function plumbingStage<Wishes, Laid>(
  open: (aws: ReturnType<typeof memoryAws>) => Plumbing<Wishes, Laid>,
  wishes: Wishes,
) {
  const aws = memoryAws();
  const clock = fakeClock();
  const steps: SetupStep[] = [];
  const plumbing = open(aws);
  return {
    aws: aws.state,
    steps,
    plan: (changes: Partial<Wishes> = {}) => inTime(clock, plumbing.plan({ ...wishes, ...changes })),
    apply: (changes: Partial<Wishes> = {}) =>
      inTime(
        clock,
        plumbing.apply({ ...wishes, ...changes }, (step) => steps.push(step)),
      ),
  };
}

/** Those that do not only read. */
export const changing = (calls: readonly string[]) =>
  calls.filter((name) => !/^(get|list|describe|head)/.test(name));
