/** A process of its own: opens the outbox of the folder given, says how that went, and must end by itself. */
import { EmailError } from '../../nodes/lib/kernel/errors.ts';
import { openTestOutbox } from './sqlite-outbox.ts';

try {
  const outbox = await openTestOutbox(String(process.argv[2]));
  await outbox.close();
  process.stdout.write('closed');
} catch (error) {
  process.stdout.write(error instanceof EmailError ? error.code : String(error));
}
