/** Calls go in as they come; to AWS they go one after the other, begun a second apart: what SES allows an account. */
import type { AwsCall } from '../aws/aws-call.ts';
import { AtMostAtOnce } from '../kernel/at-most-at-once.ts';
import type { Clock } from '../kernel/clock.ts';

export type PoliteCalls = <Result>(call: () => Promise<Result>) => Promise<Result>;

/** SES: all calls but sending, one request a second for the account. */
const apart = 1000;

/** One for each AWS account, shared by whoever calls it. */
export function politeCalls(clock: Clock): PoliteCalls {
  const oneAtOnce = new AtMostAtOnce(1);
  let next = 0;
  return (call) =>
    oneAtOnce.run(async () => {
      await waitUntil(clock, next);
      next = clock.now() + apart;
      return call();
    });
}

async function waitUntil(clock: Clock, time: number): Promise<void> {
  // after a clock that was set back, no longer than ever
  const delay = Math.min(time - clock.now(), apart);
  if (delay > 0) await new Promise<void>((resolve) => clock.after(delay, resolve));
}

/** The same calls of a service, politely. */
export function politely<Sdk>(call: AwsCall<Sdk>, calls: PoliteCalls): AwsCall<Sdk> {
  return (operation, input) => calls(() => call(operation, input));
}
