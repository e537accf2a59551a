/** Plays the scenes in the root of the file system it is given; prints a line of JSON for each. */
import { writeSync } from 'node:fs';
import { playScenes } from './full-disk-scenes.ts';

await playScenes(process.argv[2] ?? '', (told) => writeSync(1, `${JSON.stringify(told)}\n`));
