/** Node-RED starts, with its editor, until its flows run; the setting says what is in its palette and flow. */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchApp } from '../bench-app.ts';
import { loadFromArguments, print } from '../measured.ts';
import { startRuntime } from '../node-red-runtime.ts';

const load = loadFromArguments();
const root = fileURLToPath(new URL('../..', import.meta.url));
const packageName = '@email-app/node-red-email-app';
const tab = { id: 'tab', type: 'tab' };
const mail = { id: 'mail', type: 'send-email', z: 'tab', wires: [[], [], []], app: 'app', mode: 'message' };

/** Where npm puts it, and listed as what the palette installed. */
async function install(): Promise<void> {
  const place = join(load.folder, 'node_modules', packageName);
  await mkdir(dirname(place), { recursive: true });
  await symlink(root, place, 'dir');
  const listed = { name: 'node-red-project', private: true, dependencies: { [packageName]: '*' } };
  await writeFile(join(load.folder, 'package.json'), JSON.stringify(listed));
}

if (load.setting !== 'bare') await install();
const start = performance.now();
const runtime = await startRuntime(
  undefined,
  load.setting === 'app' ? [tab, benchApp(load.port), mail] : [tab],
  load.folder,
  { settings: { httpAdminRoot: '/' } },
);
const seconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage();
if (load.setting === 'app') await runtime.app('app');
print({ done: 1, seconds, cpuMicroseconds: user + system });
process.exit(0);
