/**
 * Opens a store as another user, or, where only root may become one, without the rights of its own user: no folder or
 * file of the store can be read or written then. Says why it cannot.
 */
import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { EmailError } from '../../nodes/lib/kernel/errors.ts';
import { openTestStore } from '../support/sqlite-suppressions.ts';

const [folder = '', user = ''] = process.argv.slice(2);
const isRoot = process.getuid?.() === 0;

if (isRoot) process.setuid?.(Number(user));
else for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o400);
try {
  await (await openTestStore(folder)).close();
  console.log('open');
} catch (thrown) {
  console.log(thrown instanceof EmailError ? `${thrown.code} ${thrown.message}` : String(thrown));
} finally {
  if (!isRoot) for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o700);
}
