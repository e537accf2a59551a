/** From keys to the inbox and back: each step is tried in turn, and the report says which one broke. */
import { asEmailError, EmailError } from '../../kernel/errors.ts';
import type { SelfTestName, SelfTestReport, SelfTestStep } from '../self-test-step.ts';
import { setupRefused } from '../setup-refused.ts';
import { identityStep, keysStep, sendingStep } from './self-test-account.ts';
import { bounceStep, complaintStep, inboundStep, mailStep } from './self-test-mails.ts';
import {
  type SelfTestFacts,
  type SelfTestPorts,
  type SelfTestRun,
  type SelfTestTry,
  Skipped,
} from './self-test-run.ts';

interface Step {
  readonly name: SelfTestName;
  readonly title: string;
  readonly attempt: SelfTestTry;
}

/** Without one of these nothing behind it can pass. */
const foundation: readonly Step[] = [
  { name: 'keys', title: 'The keys work', attempt: keysStep },
  { name: 'identity', title: 'The domain is verified', attempt: identityStep },
  { name: 'sending', title: 'The account may send', attempt: sendingStep },
  { name: 'mail', title: 'SES takes a mail', attempt: mailStep },
];

/** Each may fail by itself. */
const ways: readonly Step[] = [
  { name: 'bounce', title: 'A bounce is reported', attempt: bounceStep },
  { name: 'complaint', title: 'A complaint is reported', attempt: complaintStep },
  { name: 'inbound', title: 'A mail to ourselves arrives', attempt: inboundStep },
];

/** Milliseconds for one step, and for everything. */
const stepLimit = 60_000;
const timeLimit = 240_000;

/** Never rejects: what fails is in the report. Ends early when `cancel` is aborted or the time is up. */
export async function selfTest(
  facts: SelfTestFacts,
  ports: SelfTestPorts,
  onStep: (step: SelfTestStep) => void,
  cancel: AbortSignal,
): Promise<SelfTestReport> {
  const ended: SelfTestStep[] = [];
  await withinTime({ facts, ports, signal: cancel }, timeLimit, async (run) => {
    for (const step of [...foundation, ...ways]) {
      onStep({ name: step.name, state: 'running', text: step.title });
      const end = skipAfter(ended, step) ?? (await tryStep(step, run));
      ended.push(end);
      onStep(end);
    }
  });
  const broke = ended.find(({ state }) => state === 'failed')?.name;
  return { passed: broke === undefined, broke, steps: ended };
}

function skipAfter(ended: readonly SelfTestStep[], { name, title }: Step): SelfTestStep | undefined {
  const broken = foundation.find((step) =>
    ended.some((end) => end.name === step.name && end.state === 'failed'),
  );
  return broken && { name, state: 'skipped', text: `${title}: not tried, since “${broken.title}” failed.` };
}

/** The run's signal is aborted with the failure `timed out` once the time is up. */
async function withinTime<Result>(
  run: SelfTestRun,
  limit: number,
  work: (run: SelfTestRun) => Promise<Result>,
): Promise<Result> {
  const timer = new AbortController();
  const why = `nothing came within ${limit / 1000} seconds`;
  const callOff = run.ports.clock.after(limit, () => timer.abort(setupRefused(why)));
  try {
    return await work({ ...run, signal: AbortSignal.any([run.signal, timer.signal]) });
  } finally {
    callOff();
  }
}

async function tryStep({ name, title, attempt }: Step, run: SelfTestRun): Promise<SelfTestStep> {
  try {
    const found = await withinTime(run, stepLimit, (limited) =>
      orAborted(() => attempt(limited), limited.signal),
    );
    return { name, state: 'passed', text: `${title}: ${found}` };
  } catch (thrown) {
    if (thrown instanceof Skipped) return { name, state: 'skipped', text: `${title}: ${thrown.message}` };
    if (run.signal.aborted && !(run.signal.reason instanceof EmailError))
      return { name, state: 'skipped', text: `${title}: the self-test was cancelled.` };
    return { name, state: 'failed', text: `${title}: ${asEmailError(thrown).message}` };
  }
}

/** What is under way when it is aborted ends by itself, unheard. */
function orAborted<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    work().then(resolve, reject);
  });
}
