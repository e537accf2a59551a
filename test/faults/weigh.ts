import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
// what is noted for and about optimized code grows for hours and then goes, as V8 sees fit
for (const tier of ['maglev', 'turbofan']) setFlagsFromString(`--no-${tier}`);
const collect = runInNewContext('gc') as () => void;

/** Compiled code lies elsewhere. */
const spacesOfObjects = ['new_space', 'old_space', 'new_large_object_space', 'large_object_space'];

/** Bytes that the objects of this thread take, after everything unused was collected. */
export function weigh(): number {
  collect();
  return getHeapSpaceStatistics()
    .filter(({ space_name: name }) => spacesOfObjects.includes(name))
    .reduce((sum, { space_used_size: used }) => sum + used, 0);
}
