// npm test: the checks, the build, then every suite; the last line is the sum.
// npm run check: `node test/run.mjs check`, the checks, the build and the suite on what would be published.
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const inCi = process.env.CI === 'true';
/** No suite takes this long; one that does hangs. */
const patience = 15 * 60 * 1000;
/** After its last test a suite has closed everything and ends by itself. */
const tidyTime = 30_000;

const checks = [
  { name: 'types of the runtime', run: ['typescript/bin/tsc', '-p', '.', '--noEmit'] },
  { name: 'types of editors and tests', run: ['typescript/bin/tsc', '-p', 'tsconfig.check.json'] },
  { name: 'lint and format', run: ['@biomejs/biome/bin/biome', 'check', '--error-on-warnings'] },
  { name: 'build', run: ['../build.mjs'] },
];

const suites = [
  { folder: 'lib' },
  { folder: 'aws' },
  { folder: 'glue' },
  { folder: 'nodes', nodeRed: ['5', '4'] },
  { folder: 'package', quick: true },
  { folder: 'unsubscribe' },
  { folder: 'crash' },
  { folder: 'flows', nodeRed: ['5', '4'] },
  { folder: 'editor', nodeRed: ['5', '4'] },
  { folder: 'demo' },
];

process.on('disconnect', () => process.exit(1));

const onlyChecks = process.argv.includes('check');
const sum = { passes: 0, failures: 0, pending: 0 };

for (const check of checks) {
  const passed =
    (await runNode(check.name, [join('node_modules', check.run[0]), ...check.run.slice(1)])).code === 0;
  if (!passed) sum.failures += 1;
}
for (const { folder, nodeRed = [undefined], quick } of suites) {
  if (onlyChecks && !quick) continue;
  for (const version of nodeRed) add(await runSuite(folder, version));
}

const skipped = sum.pending > 0 ? `, ${sum.pending} skipped` : '';
console.log(`\n${sum.passes} passed, ${sum.failures} failed${skipped}`);
process.exit(sum.failures > 0 ? 1 : 0);

async function runSuite(folder, version) {
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

/** Runs a script with this Node in sight of the person; resolves with its exit code and its last message. */
function runNode(name, commandLine, env = {}) {
  console.log(`\n── ${name}`);
  const started = Date.now();
  const stdio = ['ignore', 'inherit', 'inherit', 'ipc'];
  const child = spawn(process.execPath, commandLine, { cwd: root, stdio, env: { ...process.env, ...env } });
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
      console.log(`   ${((Date.now() - started) / 1000).toFixed(1)} s${code === 0 ? '' : ', not passed'}`);
      end({ code: code ?? 1, message });
    });
  });
}
