/** A seed comes in; numbers that look like chance, and are the same each time, go out. */

export type Random = () => number;

/** mulberry32: from 0 up to 1. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How long until the next of what comes at any moment, so many on average in each unit of time. */
export function untilNext(random: Random, perUnit: number): number {
  return -Math.log(1 - random()) / perUnit;
}

/** A latency: usually a little less than the mean, now and then three times as long. */
export function latency(random: Random, mean: number): number {
  const spread = 0.4;
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return mean * Math.exp(spread * normal - spread ** 2 / 2);
}
