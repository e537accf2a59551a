/**
 * `npm run soak`: hundreds of kills, spread over the scenarios of the crash matrix, then minutes of load. `--kills <n>`
 * (500), `--minutes <n>` (20), `--only kills`, `load`, `machines` or the name of a scenario; `--samples <file>` and
 * `--profile <file>` get what was seen of the load, and its CPU profile; `--json` prints a line for each. Exits 1
 * if anything was lost or done wrong.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { allScenarios } from '../test/crash/scenarios/all-scenarios.ts';
import { hasFailed, rowOf, soakKills, tableOf } from './kills.ts';

const { values: given } = parseArgs({
  options: {
    kills: { type: 'string', default: '500' },
    minutes: { type: 'string', default: '20' },
    only: { type: 'string' },
    samples: { type: 'string' },
    profile: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const [kills, minutes] = [Number(given.kills), Number(given.minutes)];
const { only, json, samples, profile } = given;
const parts = ['kills', 'load', 'machines', ...allScenarios.map(({ name }) => name)];
if (only !== undefined && !parts.includes(only)) throw new Error(`--only takes ${parts.join(', ')}`);
if (!Number.isInteger(kills) || kills < 1) throw new Error('--kills takes a whole number from 1 on');
if (!(minutes > 0)) throw new Error('--minutes takes a number above 0');

/** The processes that are killed find their modules compiled. */
process.env.NODE_COMPILE_CACHE ??= enableCompileCache().directory;

const say = (line: string): void => {
  if (!json) console.log(line);
};

async function killAll(): Promise<boolean> {
  const chosen = allScenarios.filter(({ name }) => only === undefined || only === 'kills' || only === name);
  const results = await soakKills(chosen, { kills, say });
  if (json) for (const result of results) console.log(JSON.stringify(rowOf(result)));
  say(`\n${tableOf(results)}`);
  return results.some(hasFailed);
}

/** The other part: `soakLoad` of load.ts. It throws, or names faults, if something was not as it should be. */
interface LoadPart {
  soakLoad(order: {
    readonly minutes: number;
    readonly say: (line: string) => void;
    readonly samples?: string;
    readonly profile?: string;
  }): Promise<{ readonly faults?: readonly string[] }>;
}

async function load(): Promise<boolean> {
  const file = new URL('load.ts', import.meta.url);
  if (!existsSync(file)) {
    say('The part with the load is not there.');
    return only === 'load';
  }
  const { soakLoad } = (await import(file.href)) as LoadPart;
  const report = await soakLoad({ minutes, say, samples, profile });
  if (json) console.log(JSON.stringify({ name: 'load', ...report }));
  for (const fault of report.faults ?? []) say(fault);
  return (report.faults ?? []).length > 0;
}

/** Several Node-REDs on one PostgreSQL, which is out of their reach for longer than `npm test` has time for. */
function machines(): boolean {
  const mocha = ['node_modules/mocha/bin/mocha.js', 'test/postgres/several-node-reds.soak.ts'];
  const env = { ...process.env, EMAIL_APP_LONG_CUTS: '1' };
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  return spawnSync(process.execPath, mocha, { cwd, env, stdio: json ? 'ignore' : 'inherit' }).status !== 0;
}

const killsFailed = only === 'load' || only === 'machines' ? false : await killAll();
const loadFailed = only === undefined || only === 'load' ? await load() : false;
const machinesFailed = only === undefined || only === 'machines' ? machines() : false;
process.exit(killsFailed || loadFailed || machinesFailed ? 1 : 0);
