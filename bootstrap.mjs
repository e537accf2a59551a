// Runs a script of this project with the Node that its lockfile names, installing first what is missing.
// usage: node bootstrap.mjs [folder to install …] script [-- arguments]
// Runs under Node 20 with nothing installed, so it uses nothing but Node itself.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const root = import.meta.dirname;
const programs = join(root, 'node_modules', '.bin');
const projectNode = join(
  root,
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);
const env = { ...process.env, PATH: programs + delimiter + process.env.PATH };

const [ours, scriptArguments] = split(process.argv.slice(2), '--');
const script = ours.at(-1);
const folders = ['.', ...ours.slice(0, -1)];

for (const [index, folder] of folders.entries()) {
  if (isInstalled(folder)) continue;
  say(`Installing (${index + 1} of ${folders.length}) …`);
  install(folder);
}
// npm leaves out, without a word, optional packages that don't fit the Node it runs on; now there is a newer one.
if (optionalPackages().some((name) => !existsSync(join(root, 'node_modules', name)))) {
  say('Installing what needs the newer Node …');
  install('.');
}
run();

/** npm writes its own record of the tree at the end of each install. */
function isInstalled(folder) {
  const record = join(root, folder, 'node_modules', '.package-lock.json');
  if (!existsSync(record) || !existsSync(projectNode)) return false;
  return statSync(record).mtimeMs >= statSync(join(root, folder, 'package-lock.json')).mtimeMs;
}

/** `npm install --no-save` takes the lockfile's versions and leaves it alone; `npm ci` would delete the Node it runs on. */
function install(folder) {
  const npm = existsSync(projectNode) ? projectNode : process.execPath;
  const [command, first] = process.env.npm_execpath ? [npm, [process.env.npm_execpath]] : ['npm', []];
  const options = { cwd: join(root, folder), env, stdio: 'inherit' };
  const { status } = spawnSync(command, [...first, 'install', '--no-save', '--loglevel=error'], options);
  if (status !== 0) stop(`The installation in ${folder === '.' ? 'this folder' : folder} failed; see above.`);
  if (!existsSync(projectNode)) stop('Node was not installed: its install script must be allowed to run.');
}

function optionalPackages() {
  return Object.keys(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).optionalDependencies ?? {});
}

/** The channel lets the script notice when this process is killed; signals are handed on. */
function run() {
  const stdio = ['inherit', 'inherit', 'inherit', 'ipc'];
  const child = spawn(projectNode, [join(root, script), ...scriptArguments], { cwd: root, env, stdio });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 1));
}

function split(words, mark) {
  const at = words.indexOf(mark);
  return at < 0 ? [words, []] : [words.slice(0, at), words.slice(at + 1)];
}

function say(line) {
  console.log(line);
}

function stop(line) {
  console.error(line);
  process.exit(1);
}
