import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { findFreePort } from './start-node-red.ts';

export interface Exim {
  readonly port: number;
  stop(): Promise<void>;
}

/** A mailbox whose owner has its mail sent on. */
export interface Forward {
  readonly from: string;
  readonly to: string;
}

const program = '/usr/sbin/exim4';

/** Why a real Exim cannot be used here, or undefined. */
export function eximIsMissing(): string | undefined {
  if (spawnSync(program, ['-bV']).status !== 0)
    return 'exim4 is not installed (apt-get install exim4-daemon-light)';
  if (!isRoot && spawnSync('sudo', ['-n', 'true']).status !== 0)
    return 'exim4 starts for root only, and there is no sudo';
  return undefined;
}

const isRoot = process.getuid?.() === 0;

/** A real mail server on loopback that hands all mail on to another one at once; `refused@…` does not exist. */
export async function startExim(relayTo: number, forward?: Forward): Promise<Exim> {
  const folder = await mkdtemp(path.join(tmpdir(), 'exim-'));
  const port = await findFreePort();
  const file = path.join(folder, 'exim.conf');
  const text = configuration(folder, port, relayTo);
  await writeFile(file, forward ? text.replace('begin routers\n', `$&${forwarding(forward)}`) : text);
  await chmod(folder, 0o777);
  const command = [program, '-C', file, '-bdf', '-q1m'];
  const [first = program, ...rest] = isRoot ? command : ['sudo', '-n', ...command];
  const child = spawn(first, rest, { stdio: 'ignore' });
  await listens(port, child);
  return {
    port,
    async stop() {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
      await rm(folder, { recursive: true, force: true }).catch(() => {}); // its files may be another user's
    },
  };
}

function configuration(folder: string, port: number, relayTo: number): string {
  return `
exim_user = nobody
exim_group = nogroup
primary_hostname = relay.example.net
spool_directory = ${folder}/spool
log_file_path = ${folder}/%slog
pid_file_path = ${folder}/exim.pid
local_interfaces = <; [127.0.0.1]:${port}
tls_advertise_hosts =
host_lookup =
rfc1413_hosts =
never_users =
smtp_accept_queue_per_connection = 0
acl_smtp_rcpt = rcpt

begin acl
rcpt:
  deny local_parts = refused
       message = no such user here
  accept hosts = 127.0.0.1

begin routers
everything:
  driver = manualroute
  route_list = * 127.0.0.1
  self = send
  transport = onward

begin transports
onward:
  driver = smtp
  port = ${relayTo}
  allow_localhost
  hosts_avoid_tls = *

begin retry
* * F,1h,1m
`;
}

const forwarding = ({ from, to }: Forward): string => `
forwarded:
  driver = redirect
  condition = \${if eqi{$local_part@$domain}{${from}}}
  data = ${to}

`;

async function listens(port: number, child: ChildProcess): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    const socket = connect(port, '127.0.0.1');
    const connected = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (connected) return;
    await wait(50);
  }
  throw new Error('Exim ended before it listened.');
}
