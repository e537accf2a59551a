import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { createTransport } from 'nodemailer';
import { megabytes, pieces } from '../../support/pieces.ts';
import { temporaryFolder } from '../../support/sqlite-outbox.ts';

const script = fileURLToPath(new URL('../../support/receiver-process.ts', import.meta.url));
const mostExtra = 64 * 1024 * 1024;

describe('a mail of 40 MB', function () {
  this.timeout(30_000);

  it('needs no more than 64 MB of memory to be received', async () => {
    const { folder, remove } = temporaryFolder();
    const child = spawn(process.execPath, [script, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async () => Number((await lines.next()).value);
    const memory = () => {
      child.stdin.write('\n');
      return next();
    };
    const port = await next();
    const send = async (raw: Readable) => {
      const client = createTransport({ host: '127.0.0.1', port });
      await client.sendMail({ envelope: { from: 'a@a.example', to: 'in@mx.b.example' }, raw });
      client.close();
    };
    await send(Readable.from(pieces('Subject: small\r\n\r\n')));
    const before = await memory();
    await send(Readable.from(megabytes(40)));
    const extra = (await memory()) - before;
    child.stdin.end();
    await once(child, 'exit');
    const [file = ''] = readdirSync(join(folder, 'spool'));
    const { size } = statSync(join(folder, 'spool', file));
    remove();
    assert.ok(size >= 40_000_000, `${size} bytes arrived`);
    assert.ok(extra <= mostExtra, `${(extra / 1024 / 1024).toFixed(1)} MB`);
  });
});
