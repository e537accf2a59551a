// Starts a Node-RED with this package in its palette and the flow given as JSON; prints which packages ours has loaded by then.
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { startRuntime } from '../../bench/node-red-runtime.ts';

const packages = resolve(import.meta.dirname, '../../node_modules') + sep;
const userDir = mkdtempSync(join(tmpdir(), 'loaded-packages-'));
const flows = JSON.parse(process.argv[2] ?? '[]');
const runtime = await startRuntime('..', flows, userDir);
if (flows.some(({ id }: { id: string }) => id === 'app')) await runtime.app('app');

const loaded = Object.keys(createRequire(import.meta.url).cache)
  // Node-RED's palette looks into every package.json
  .filter((file) => file.startsWith(packages) && !file.endsWith('package.json'))
  .map((file) => /^(@[^/\\]+[/\\])?[^/\\]+/.exec(file.slice(packages.length))?.[0].replaceAll('\\', '/'));
console.log(JSON.stringify([...new Set(loaded)].sort()));
await runtime.stop();
rmSync(userDir, { recursive: true, force: true });
process.exit(0);
