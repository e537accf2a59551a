// npm start: builds the package and runs it in a Node-RED of its own, with a mail server that keeps what is sent.
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { exampleFlows, exampleNames, type FlowNode } from './example-flows.ts';
import { freePort } from './free-port.ts';
import { type MailCatcher, startMailCatcher } from './mail-catcher.ts';
import { type NodeRed, startNodeRed } from './node-red.ts';

const root = resolve(import.meta.dirname, '..');
const folder = process.env.DEMO_FOLDER ?? '.demo';
const userDir = resolve(root, folder);
const portVariable = 'DEMO_SMTP_PORT';
/** Of the SMTP servers that the example apps have of their own. */
const receiverVariable = 'DEMO_RECEIVER_PORT';
/** Where Node-RED is reached; set by what starts it, since that finds the port. */
const urlVariable = 'DEMO_URL';
/** npm and the terminal both pass a Ctrl-C on, so one key press arrives more than once. */
const onePress = 1000;
const patience = 15_000;

let catcher: MailCatcher | undefined;
let nodeRed: NodeRed | undefined;
let stoppingSince: number | undefined;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
process.on('disconnect', () => void stop(0));

try {
  await start();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  await stop(1);
}

async function start(): Promise<void> {
  console.log('Building …');
  if (spawnSync(process.execPath, [join(root, 'build.mjs')], { stdio: 'inherit' }).status !== 0) {
    throw new Error('The build failed; see above.');
  }
  console.log('Starting …');
  mkdirSync(userDir, { recursive: true });
  writeFirstFlows(join(userDir, 'flows.json'));
  catcher = await startMailCatcher(join(userDir, 'inbox'));
  const receiverPort = await freePort(2525);
  nodeRed = await startNodeRed(userDir, (url) => ({
    [portVariable]: String(catcher?.smtpPort),
    [receiverVariable]: String(receiverPort),
    [urlVariable]: url,
  }));
  console.log(welcome(nodeRed.url, catcher.url, receiverPort));
  await nodeRed.ended;
  if (stoppingSince === undefined) throw new Error('Node-RED has ended by itself.');
}

/** What a person changed in the demo stays; delete the folder to begin anew. */
function writeFirstFlows(file: string): void {
  if (existsSync(file)) return;
  const way = { route: 'smtp', host: '127.0.0.1', port: `\${${portVariable}}`, security: 'none' };
  const app = { ...way, baseUrl: `\${${urlVariable}}` };
  const port = `\${${receiverVariable}}`;
  const flows = exampleFlows(exampleNames, app, { port, receiverPort: port }).map(withKeys);
  writeFileSync(file, JSON.stringify(flows, null, 4));
}

/** Keys that a person would have to make up first; to be read in the properties of the tab. */
function withKeys(node: FlowNode): FlowNode {
  if (!Array.isArray(node.env)) return node;
  const value = randomBytes(24).toString('hex');
  return {
    ...node,
    env: node.env.map((one) => (/_KEY$/.test(one.name) ? { ...one, type: 'str', value } : one)),
  };
}

function welcome(editor: string, inbox: string, receiverPort: number): string {
  const lines = [
    `Node-RED    ${editor}`,
    `Mail inbox  ${inbox}`,
    `Takes mail  smtp://127.0.0.1:${receiverPort}`,
    '',
    'Press the button of “Ada signs up” in Node-RED,',
    'then look into the inbox. Nothing leaves this machine.',
    'The README goes on from there: a reader leaves, and',
    'another system hears of it in a signed webhook.',
    '',
    `Ctrl-C stops both. The demo’s data is kept in ${folder}`,
  ];
  const width = Math.max(...lines.map((line) => line.length));
  const rule = '─'.repeat(width + 4);
  const rows = lines.map((line) => `│  ${line.padEnd(width)}  │`);
  return ['', `┌${rule}┐`, ...rows, `└${rule}┘`, ''].join('\n');
}

/** The first call ends everything in order; another key press later ends it at once. */
async function stop(code: number): Promise<void> {
  if (stoppingSince !== undefined) {
    if (Date.now() - stoppingSince > onePress) quit(code);
    return;
  }
  stoppingSince = Date.now();
  console.log('Stopping …');
  setTimeout(() => quit(code), patience).unref();
  await nodeRed?.stop();
  // A connection that is still open would hold the mail server up; every mail it took is in its folder.
  quit(code);
}

function quit(code: number): never {
  nodeRed?.kill();
  process.exit(code);
}
