/**
 * A process that opens the store of a folder, accepts a mail, says so, and holds it until it is killed. Where it cannot,
 * it says why.
 */
import { writeSync } from 'node:fs';
import { EmailError } from '../../nodes/lib/kernel/errors.ts';
import { newRequest } from '../support/new-request.ts';
import { openTestStore } from '../support/sqlite-suppressions.ts';

const [folder = '', id = ''] = process.argv.slice(2);
try {
  const store = await openTestStore(folder, { now: Date.now() });
  await store.outbox.accept(newRequest([`${id}@a.example`]));
  writeSync(1, 'open\n');
  setInterval(() => {}, 1000);
} catch (thrown) {
  writeSync(1, `${thrown instanceof EmailError ? `${thrown.code} ${thrown.message}` : thrown}\n`);
}
