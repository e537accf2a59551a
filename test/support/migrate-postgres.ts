/** A program that brings a database to this version and ends: `{address}` in, as JSON. */
import { systemClock } from '../../nodes/lib/kernel/clock.ts';
import { migrate } from '../../nodes/lib/postgres/migrations.ts';
import { openDatabase } from '../../nodes/lib/postgres/open-database.ts';

const address = JSON.parse(process.argv[2] ?? '');
const database = await openDatabase({ address, clock: systemClock });
await migrate(database);
await database.close();
