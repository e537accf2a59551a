/**
 * `npm run sizing`: what the measured costs make of several machines and of a hundred million recipients, by a model
 * that is seeded: the same numbers each time. `-- --charts` draws docs/pictures/sizing-*.svg.
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { drawChart } from '../bench/chart.ts';
import { report } from './report.ts';

const { lines, charts } = report();
console.log(lines.join('\n').trim());

if (process.argv.includes('--charts'))
  for (const chart of charts) {
    const path = fileURLToPath(new URL(`../docs/pictures/sizing-${chart.name}.svg`, import.meta.url));
    await writeFile(path, drawChart(chart));
  }
