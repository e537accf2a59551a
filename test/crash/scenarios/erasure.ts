/** People who left are erased; killed in between, they are held in any case, and nothing is left of whoever is erased. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openTestStore } from '../../support/sqlite-suppressions.ts';
import { killNow, linesOf, startLoad, untilWritten } from '../killed-process.ts';
import { Ledger, type Orders, type Scenario, type Toll } from '../scenario.ts';

export const erasure: Scenario = {
  name: 'erase',
  subject: 'the erasing of a person',
  promise: 'holds everybody who left, and leaves nothing of whoever was erased, in no file',
  kills: 4,
  leastPerKill: 3,
  states: ['erasing', 'erased'],
  controls: [
    { mode: 'early', fault: 'leaving a person in a file', in: 'wrong', kills: 2 },
    { mode: 'careless', fault: 'letting go of somebody who left', in: 'lost', kills: 2 },
  ],
  run,
};

async function run({ folder: parent, kills, mode, onKill }: Orders): Promise<Toll> {
  const folder = join(parent, 'app');
  const ledger = new Ledger();
  const added: string[] = [];
  const erased = new Set<string>();
  for (let index = 0; index < kills; index += 1) {
    const load = startLoad('erasure-load.ts', [folder, index, mode], join(parent, `${index}.log`));
    await untilWritten(load, 'added');
    await wait(Math.random() * 400);
    await killNow(load);
    const lines = linesOf(load.log);
    const said = (wanted: string) =>
      lines.flatMap(([verb, address = '']) => (verb === wanted ? [address] : []));
    added.push(...said('added'));
    for (const address of said('erased')) erased.add(address);
    const inHand = said('erasing').filter((address) => !erased.has(address));
    ledger.kills += 1;
    ledger.noteFound(...inHand.map(() => 'erasing'), ...said('erased').map(() => 'erased'));
    checkFiles(folder, erased, ledger);
    onKill();
  }
  ledger.accepted = added.length;
  await checkHeld(folder, { added, erased }, ledger);
  checkFiles(folder, erased, ledger);
  return ledger;
}

/** As the kill left them. */
function checkFiles(folder: string, erased: ReadonlySet<string>, ledger: Ledger): void {
  for (const name of readdirSync(folder)) {
    if (name === 'spool') continue;
    const text = readFileSync(join(folder, name), 'latin1');
    const there = new Set(text.match(/person-[\w-]+@a\.example/g));
    for (const address of there) if (erased.has(address)) ledger.wrong.push(`${address} is in ${name}`);
  }
}

async function checkHeld(
  folder: string,
  { added, erased }: { added: readonly string[]; erased: ReadonlySet<string> },
  ledger: Ledger,
): Promise<void> {
  const { suppressions, close } = await openTestStore(folder, { now: Date.now() });
  const found = await suppressions.find(added, Date.now());
  await close();
  for (const address of added) {
    const entries = found.get(address) ?? [];
    if (entries.length === 0) ledger.lost.push(address);
    if (erased.has(address) && entries.some((entry) => !entry.erased))
      ledger.wrong.push(`${address} came back`);
  }
}
