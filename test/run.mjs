// npm test: the checks, the build, then every suite; the last line is the sum.
// npm run check: `node test/run.mjs check`, the checks, the build and the suite on what would be published.
import { spawn } from 'node:child_process';
import { closeSync, globSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const inCi = process.env.CI === 'true';
/** No suite takes this long; one that does hangs. */
const patience = 15 * 60 * 1000;
/** After its last test a suite has closed everything and ends by itself. */
const tidyTime = 30_000;
/** More would wait for a processor while the clocks of their tests run. */
const lanes = Math.min(2, availableParallelism());

const checks = [
  { name: 'types of the runtime', run: ['typescript/bin/tsc', '-p', '.', '--noEmit'] },
  { name: 'types of editors and tests', run: ['typescript/bin/tsc', '-p', 'tsconfig.check.json'] },
  { name: 'lint and format', run: ['@biomejs/biome/bin/biome', 'check', '--error-on-warnings'] },
  { name: 'build', run: ['../build.mjs'] },
];

/**
 * Each has ports and folders of its own, and dist is only read. The long ones first, so that none is left to run alone;
 * before them a short one, which leaves compiled what processes load that are killed and leave nothing.
 */
const suites = [
  { folder: 'glue' },
  { folder: 'lib' },
  { folder: 'postgres' },
  { folder: 'crash' },
  { folder: 'faults' },
  { folder: 'editor', nodeRed: ['5', '4'] },
  { folder: 'unsubscribe' },
  { folder: 'flows', nodeRed: ['5', '4'] },
  { folder: 'nodes', nodeRed: ['5', '4'] },
  { folder: 'package', quick: true },
  { folder: 'aws' },
  { folder: 'fuzz' },
];
/** `npm start` builds dist anew, so nothing runs beside it. */
const lastSuite = { folder: 'demo' };

process.on('disconnect', () => process.exit(1));

const onlyChecks = process.argv.includes('check');
const sum = { passes: 0, failures: 0, pending: 0 };
/** What suites say, and modules compiled once for the hundreds of processes that they start. */
const scratch = mkdtempSync(join(tmpdir(), 'email-app-tests-'));
const environment = { NODE_COMPILE_CACHE: join(scratch, 'compiled'), ...process.env };

for (const check of checks) {
  const passed =
    (await runNode(check.name, [join('node_modules', check.run[0]), ...check.run.slice(1)])).code === 0;
  if (!passed) sum.failures += 1;
}
const waiting = suites
  .filter(({ quick }) => quick || !onlyChecks)
  .flatMap(({ folder, nodeRed = [undefined] }) => nodeRed.map((version) => ({ folder, version })));
await Promise.all(Array.from({ length: lanes }, runWaiting));
if (!onlyChecks) add(await runSuite(lastSuite));
rmSync(scratch, { recursive: true });

const skipped = sum.pending > 0 ? `, ${sum.pending} skipped` : '';
console.log(`\n${sum.passes} passed, ${sum.failures} failed${skipped}`);
process.exit(sum.failures > 0 ? 1 : 0);

async function runWaiting() {
  for (let suite = waiting.shift(); suite; suite = waiting.shift()) add(await runSuite(suite));
}

async function runSuite({ folder, version }) {
  const name = `test/${folder}${version ? ` on Node-RED ${version}` : ''}`;
  const files = globSync(`test/${folder}/**/*.test.ts`, { cwd: root }).sort();
  if (files.length === 0) return failed(`${name}: there are no tests.`);
  const mocha = [
    'node_modules/mocha/bin/mocha.js',
    '--reporter',
    'test/support/counting-reporter.cjs',
    ...files,
  ];
  const { code, message } = await runNode(name, mocha, version && { NODE_RED: version });
  if (!message) return failed(`${name}: ended before its tests did.`);
  if (message.passes + message.failures === 0) return failed(`${name}: no test ran.`);
  if (code !== 0 && message.failures === 0)
    return failed(`${name}: did not end well after its tests (${code}).`);
  return message;
}

/** A skipped test is a gap that a person may have on their machine; where the whole must run, it is a failure. */
function add({ passes, failures, pending }) {
  sum.passes += passes;
  sum.failures += failures + (inCi ? pending : 0);
  sum.pending += inCi ? 0 : pending;
}

function failed(line) {
  console.error(line);
  return { passes: 0, failures: 1, pending: 0 };
}

/** Runs a script with this Node; prints what it said when it has ended; resolves with its exit code and its last message. */
function runNode(name, commandLine, env = {}) {
  console.log(`   ${name} …`);
  const started = Date.now();
  // a file, for a pipe would be held open by what a suite left running
  const output = join(scratch, `${started}-${name.replace(/\W+/g, '-')}`);
  const descriptor = openSync(output, 'w');
  const stdio = ['ignore', descriptor, descriptor, 'ipc'];
  const child = spawn(process.execPath, commandLine, { cwd: root, stdio, env: { ...environment, ...env } });
  closeSync(descriptor);
  let limit = setTimeout(() => child.kill('SIGKILL'), patience);
  let message;
  child.on('message', (sent) => {
    message = sent;
    clearTimeout(limit);
    limit = setTimeout(() => child.kill('SIGKILL'), tidyTime);
  });
  return new Promise((end) => {
    child.on('exit', (code) => {
      clearTimeout(limit);
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      const said = readFileSync(output, 'utf8').trimEnd();
      console.log(`\n── ${name}: ${seconds} s${code === 0 ? '' : ', not passed'}`);
      if (said !== '') console.log(`${said}\n`);
      end({ code: code ?? 1, message });
    });
  });
}
