/**
 * A process made to be killed: makes the keys of a folder, and replaces one of them without end; it writes a line only for
 * a key that it has. With `in-place` it writes over the file of keys itself.
 *
 *     opening     key <purpose> <id> <secret, base64url>
 */
import { readFileSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openTestStore } from '../support/sqlite-suppressions.ts';

const [folder = '', mode = ''] = process.argv.slice(2);
const write = (...words: unknown[]) => writeSync(1, `${words.join(' ')}\n`);
write('opening');
const { keys } = await openTestStore(folder, { now: Date.now() });

function say(purpose: 'address-hash' | 'unsubscribe-token'): void {
  const { id, secret } = keys.current(purpose);
  write('key', purpose, id, Buffer.from(secret).toString('base64url'));
}

async function writeInPlace(): Promise<void> {
  const file = join(folder, 'keys.json');
  const text = readFileSync(file, 'utf8');
  truncateSync(file, Math.floor(text.length / 2));
  await wait(20);
  writeFileSync(file, text);
}

say('address-hash');
for (;;) {
  say('unsubscribe-token');
  await keys.rotate('unsubscribe-token', Date.now());
  if (mode === 'in-place') await writeInPlace();
  await wait(2);
}
