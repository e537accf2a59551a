/** What both queues in PostgreSQL are given: mails of about 1 KB, which come in and leave at the same time. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Of the pool. */
export const connections = 4;
/** Mails of a statement. */
export const batch = 500;
/** Who claims a batch, and then another. */
const takers = 2;
/** ms before an empty queue is asked again */
const pause = 5;

const sentence = 'Your order has left our warehouse and will be with you in two to three working days. ';

/** Its text as it is sent. */
export const shortText = sentence.repeat(10);

export const inBatches = (count: number): number[] =>
  Array.from({ length: Math.ceil(count / batch) }, (_, index) => Math.min(batch, count - index * batch));

/** `take` gets some of them done and answers how many; resolves when that makes all of them. */
export async function takeAll(count: number, take: () => Promise<number>): Promise<void> {
  let left = count;
  const taker = async (): Promise<void> => {
    while (left > 0) {
      const taken = await take();
      left -= taken;
      if (taken === 0 && left > 0) await sleep(pause);
    }
  };
  await Promise.all(Array.from({ length: takers }, taker));
}
