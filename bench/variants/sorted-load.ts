/**
 * The least that an import can be: the same hash of each address, sorted, and the same rows in that order, in one
 * transaction, into the same table of an empty database. No CSV is read, nothing is checked, nothing survives a crash.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { openDatabase } from '../../nodes/lib/store/open-database.ts';
import { addressHasher } from '../../nodes/lib/suppression/address-hasher.ts';
import { loadFromArguments, measure } from '../measured.ts';
import { listedRecipient } from '../sample-mail.ts';

const load = loadFromArguments();
const database = openDatabase(load.folder, join(load.folder, 'app.sqlite'));
const hasher = addressHasher(randomBytes(32));
const hashBytes = 16;
/** Of a position among all. */
const positionBits = 24n;

interface Hashed {
  readonly hashes: Buffer;
  /** Sorted: the first bits of each hash, and its position behind them. */
  readonly order: BigUint64Array;
}

function hashAll(count: number): Hashed {
  if (BigInt(count) >> positionBits) throw new Error(`${count} positions do not fit`);
  const hashes = Buffer.alloc(count * hashBytes);
  const order = new BigUint64Array(count);
  for (let index = 0; index < count; index++) {
    const { person } = hasher.hash(listedRecipient(index));
    hashes.set(person, index * hashBytes);
    order[index] = ((person.readBigUInt64BE() >> positionBits) << positionBits) | BigInt(index);
  }
  return { hashes, order: order.sort() };
}

function insertAll({ hashes, order }: Hashed): void {
  const insert = database.prepare(
    "INSERT INTO suppression (person, spelling, topic, cause, method, at, address) VALUES (?, x'', '', 'import', 'import', ?, ?)",
  );
  const at = Date.now();
  database.exec('BEGIN');
  for (const key of order) {
    const index = Number(BigInt.asUintN(Number(positionBits), key));
    const hash = hashes.subarray(index * hashBytes, (index + 1) * hashBytes);
    insert.run(hash, at, listedRecipient(index));
  }
  database.exec('COMMIT');
}

await measure(load, async (count) => {
  insertAll(hashAll(count));
  return count;
});
process.exit(0);
