import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mailboxClaims } from '../../../nodes/lib/inbound/mailbox-claims.ts';

const script = new URL('../../../nodes/lib/inbound/mailbox-claims.ts', import.meta.url);

/** Another process that holds the mailbox until it is killed. */
async function holder(mailbox: string) {
  const code = `import(${JSON.stringify(script.href)}).then(async ({ mailboxClaims }) => {
    const giveBack = await mailboxClaims(process.platform).take(${JSON.stringify(mailbox)});
    console.log(giveBack ? 'held' : 'taken');
    setInterval(() => giveBack, 1000);
  });`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = await once(child.stdout, 'data');
  return {
    said: String(said).trim(),
    async kill() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

describe('mailboxClaims', () => {
  const mailbox = `ann at imap.example.com:993, folder ${process.pid}`;

  for (const platform of [undefined, process.platform])
    it(`gives each mailbox to one reader of a process, until it is given back (${platform})`, async () => {
      const claims = mailboxClaims(platform);
      const giveBack = await claims.take(mailbox);
      assert.equal(await claims.take(mailbox), undefined);
      const other = await claims.take(`${mailbox}, too`);
      await giveBack?.();
      const again = await claims.take(mailbox);
      assert.ok(giveBack && other && again);
      await Promise.all([other(), again()]);
    });

  it('gives it to one of two that ask at the same time', async () => {
    const claims = mailboxClaims(process.platform);
    const both = await Promise.all([claims.take(mailbox), claims.take(mailbox)]);
    assert.equal(both.filter(Boolean).length, 1);
    await both.find(Boolean)?.();
  });

  it('sees another process on this machine, until that is killed', async function () {
    if (!['linux', 'win32'].includes(process.platform)) this.skip();
    const other = await holder(mailbox);
    const claims = mailboxClaims(process.platform);
    assert.deepEqual([other.said, await claims.take(mailbox)], ['held', undefined]);
    await other.kill();
    const giveBack = await claims.take(mailbox);
    assert.ok(giveBack);
    const late = await holder(mailbox);
    assert.equal(late.said, 'taken');
    await late.kill();
    await giveBack();
  });

  it('lets a mailbox be read where the system keeps no such names', async () => {
    const giveBack = await mailboxClaims('sunos').take('x');
    assert.ok(giveBack);
    await giveBack();
  });
});
