/**
 * A process made to be killed: people unsubscribe and are erased without end; it writes a line only for what a promise
 * has resolved for. With `early` it lies: it writes that somebody is erased before they are. With `careless` it takes the
 * entry away before it adds one without the person.
 *
 *     added <address>     erasing <address>     erased <address>
 */
import { writeSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { openTestStore } from '../support/sqlite-suppressions.ts';

const [folder = '', run = '', mode = ''] = process.argv.slice(2);
const { suppressions } = await openTestStore(folder, { now: Date.now() });
const write = (...words: unknown[]) => writeSync(1, `${words.join(' ')}\n`);

async function erase(address: string): Promise<void> {
  if (mode === 'careless') {
    await suppressions.remove({ address, method: 'api', at: Date.now() });
    await wait(10);
    await suppressions.add([{ address, cause: 'unsubscribe', method: 'api', at: Date.now() }]);
  }
  await suppressions.erase(address, Date.now());
}

async function eraseForever(lane: string): Promise<void> {
  for (let count = 0; ; count += 1) {
    const address = `person-${run}-${lane}-${count}@a.example`;
    const evidence = { ip: '192.0.2.7', userAgent: `browser of ${address}` };
    await suppressions.add([
      {
        ...{ address, cause: 'unsubscribe', method: 'page', at: Date.now() },
        ...{ evidence, detail: `${address} ${'said much '.repeat(count % 5 === 0 ? 2000 : 1)}` },
      },
    ]);
    write('added', address);
    // some stay as they are
    if (count % 4 === 3) continue;
    write('erasing', address);
    if (mode === 'early') write('erased', address);
    await erase(address);
    write('erased', address);
  }
}

await Promise.all(['a', 'b', 'c', 'd'].map(eraseForever));
