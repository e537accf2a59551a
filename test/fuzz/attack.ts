import { keptInputs } from './corpus.ts';
import type { Door } from './door.ts';
import { type Material, mutate, newRandom } from './mutate.ts';

export interface Finding {
  readonly input: Buffer;
  readonly failure: Error;
}

/** ms; no input takes a hundredth of it. */
const patience = 20_000;

/** What the door does wrong with an input, if anything. */
export async function failureOn(door: Door, input: Buffer): Promise<Error | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const neverEnds = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('it never comes to an end')), patience);
  });
  try {
    await Promise.race([door.check(input), neverEnds]);
    return undefined;
  } catch (thrown) {
    return thrown instanceof Error ? thrown : new Error(String(thrown));
  } finally {
    clearTimeout(timer);
  }
}

export function materialFor(door: Door, seed: number): Material {
  const kept = keptInputs(door.name).map(({ content }) => content);
  const seeds = [...kept, ...(door.seeds?.() ?? [])];
  if (seeds.length === 0) throw new Error(`there are no kept inputs for the door “${door.name}”`);
  return { random: newRandom(seed), seeds, words: door.words };
}

/** `count` inputs that follow from the seed, until one fails. */
export async function attack(door: Door, seed: number, count: number): Promise<Finding | undefined> {
  const material = materialFor(door, seed);
  for (let left = count; left > 0; left -= 1) {
    const input = mutate(material);
    const failure = await failureOn(door, input);
    if (failure) return { input, failure };
  }
  return undefined;
}
