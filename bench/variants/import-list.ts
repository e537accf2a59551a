/** A CSV of addresses becomes part of an app's suppression list. */
import { importSuppressions } from '../../nodes/lib/suppression/import-suppressions.ts';
import { loadFromArguments, measure } from '../measured.ts';
import { openListIn } from '../open-list.ts';
import { listedRecipient } from '../sample-mail.ts';

const load = loadFromArguments();
const { list } = await openListIn(load.folder);

/** As a file is read: 64 KB at once. */
function* csv(count: number): Generator<Uint8Array> {
  let piece = 'address\n';
  for (let index = 0; index < count; index++) {
    piece += `${listedRecipient(index)}\n`;
    if (piece.length < 65_536) continue;
    yield Buffer.from(piece);
    piece = '';
  }
  yield Buffer.from(piece);
}

async function* read(count: number): AsyncGenerator<Uint8Array> {
  yield* csv(count);
}

await measure(load, async (count) => {
  const { added } = await importSuppressions(read(count), { list, now: Date.now() });
  return added;
});
process.exit(0);
