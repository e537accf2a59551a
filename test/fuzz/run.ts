/** npm run fuzz -- [--minutes 10] [--door mail] [--seed 1]: new inputs for as long; what fails is kept, as small as it gets. */
import { parseArgs } from 'node:util';
import { attack, failureOn } from './attack.ts';
import { keepFound } from './corpus.ts';
import { doors } from './doors.ts';
import { minimise } from './minimise.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    door: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const chosen = doors.filter(({ name }) => values.door === undefined || values.door === name);
if (chosen.length === 0)
  throw new Error(`There is no such door; there are ${doors.map(({ name }) => name).join(', ')}.`);

const end = Date.now() + Number(values.minutes) * 60_000;
const batch = 200;
const failures = new Set<string>();
let inputs = 0;
for (let round = Number(values.seed); Date.now() < end; round += 1) {
  for (const door of chosen) {
    if (Date.now() >= end) break;
    const found = await attack(door, round, batch);
    inputs += batch;
    if (!found) continue;
    const where = `${door.name}: ${found.failure.message.split('\n', 1)[0]} ${found.failure.stack?.match(/nodes\/lib\S+/)?.[0] ?? ''}`;
    if (failures.has(where)) continue;
    failures.add(where);
    const small = await minimise(found.input, async (input) =>
      sameFailure(await failureOn(door, input), found.failure),
    );
    console.log(`${where}\n  kept as ${keepFound(door.name, small)}, found with seed ${round}`);
  }
}
console.log(`${inputs} inputs at ${chosen.length} doors from seed ${values.seed}: ${failures.size} failures`);
process.exitCode = failures.size > 0 ? 1 : 0;

function sameFailure(one: Error | undefined, other: Error): boolean {
  return one !== undefined && one.name === other.name && kindOf(one) === kindOf(other);
}

/** The sentence without what it says of the input. */
function kindOf({ message }: Error): string {
  return message.slice(0, 20);
}
