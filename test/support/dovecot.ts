import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { findFreePort } from './start-node-red.ts';

export interface Dovecot {
  readonly port: number;
  /** Puts a mail into somebody's folder; everybody has a mailbox and the password `secret`. */
  deliver(user: string, raw: string): void;
  /** Runs doveadm. */
  admin(words: string[]): string;
  stop(): Promise<void>;
}

const program = '/usr/sbin/dovecot';

/** Why a real Dovecot cannot be used here, or undefined. */
export function dovecotIsMissing(): string | undefined {
  if (spawnSync(program, ['--version']).status !== 0)
    return 'dovecot is not installed (apt-get install dovecot-imapd)';
  if (process.getuid?.() !== 0) return 'dovecot starts for root only';
  return undefined;
}

/**
 * A real IMAP server on loopback, with mailboxes in a folder of its own. `introspection` is the URL before a token,
 * where it asks whose token it is (RFC 7662).
 */
export async function startDovecot(introspection?: string): Promise<Dovecot> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dovecot-'));
  const at = await findFreePort();
  await mkdir(path.join(folder, 'mail'));
  for (const name of [folder, path.join(folder, 'mail')]) await chmod(name, 0o777);
  const file = path.join(folder, 'dovecot.conf');
  await writeFile(file, configuration(folder, at));
  await writeFile(path.join(folder, 'oauth2.conf'), oauth(introspection ?? 'http://127.0.0.1:9/'));
  const child = spawn(program, ['-F', '-c', file], { stdio: 'ignore' });
  await answers(at, child);
  const admin = (words: string[], input?: string) =>
    execFileSync('doveadm', ['-c', file, ...words], { input, encoding: 'utf8' });
  return {
    port: at,
    deliver: (user, raw) => void admin(['save', '-u', user, '-m', 'INBOX'], raw),
    admin: (words) => admin(words),
    async stop() {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function configuration(folder: string, port: number): string {
  return `
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/log
listen = 127.0.0.1
protocols = imap
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain xoauth2 oauthbearer
auth_failure_delay = 0
mail_location = maildir:${folder}/mail/%u
mail_uid = nobody
mail_gid = nogroup
first_valid_uid = 1
default_login_user = nobody
default_internal_user = nobody
default_internal_group = nogroup
passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = ${folder}/oauth2.conf
}
passdb {
  driver = static
  mechanisms = plain
  args = password=secret
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=${folder}/mail/%u allow_all_users=yes
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service stats {
  chroot =
  unix_listener stats-writer {
    mode = 0666
  }
}
`;
}

const oauth = (url: string) => `
introspection_mode = get
introspection_url = ${url}
username_attribute = email
active_attribute = active
active_value = true
timeout_msecs = 3000
`;

/** The first connections may be dropped while the authentication is still being started. */
async function answers(port: number, child: ChildProcess): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    const socket = connect(port, '127.0.0.1');
    const greeting = await Promise.race([
      once(socket, 'data').then(
        ([data]) => String(data),
        () => '',
      ),
      once(socket, 'close').then(
        () => '',
        () => '',
      ),
    ]);
    socket.destroy();
    if (greeting.startsWith('* OK')) {
      await wait(300);
      return;
    }
    await wait(50);
  }
  throw new Error('Dovecot ended before it listened.');
}
