/** Keys are made and replaced; killed in between, each that was ever used is there, and the app starts. */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { KeyPurpose } from '../../../nodes/lib/keys/key-ring.ts';
import { openTestStore } from '../../support/sqlite-suppressions.ts';
import { killNow, linesOf, startLoad, untilWritten } from '../killed-process.ts';
import { Ledger, type Orders, type Scenario, type Toll } from '../scenario.ts';

interface SaidKey {
  readonly purpose: KeyPurpose;
  readonly id: string;
  readonly secret: string;
}

export const keyRotation: Scenario = {
  name: 'keys',
  subject: 'the making of keys',
  promise: 'leaves a folder that opens, with every key that was used',
  kills: 6,
  leastPerKill: 0.5,
  states: ['new folder', 'replacing'],
  controls: [{ mode: 'in-place', fault: 'damaging the file of keys', in: 'lost', kills: 4 }],
  run,
};

async function run({ folder: parent, kills, mode, onKill }: Orders): Promise<Toll> {
  const ledger = new Ledger();
  const used: SaidKey[] = [];
  for (let index = 0; index < kills; index += 1) {
    // every second in a folder of its own, which gets its first keys
    const isNew = index % 2 === 1 && mode === 'honest';
    const folder = join(parent, isNew ? `app-${index}` : 'app');
    const load = startLoad('keys-load.ts', [folder, mode], join(parent, `${index}.log`));
    await untilWritten(load, isNew ? 'opening' : 'key unsubscribe-token');
    await wait(Math.random() * (isNew ? 250 : 100));
    await killNow(load);
    const said = readKeys(load.log);
    if (!isNew) used.push(...said);
    ledger.kills += 1;
    ledger.accepted += said.length;
    ledger.noteFound(isNew ? 'new folder' : 'replacing');
    await checkKeys(folder, isNew ? said : used, ledger);
    onKill();
    // one that does not open once never does
    if (ledger.lost.length > 0) break;
  }
  return ledger;
}

function readKeys(log: string): SaidKey[] {
  return linesOf(log).flatMap(([verb, purpose, id = '', secret = '']) =>
    verb === 'key' ? [{ purpose: purpose as KeyPurpose, id, secret }] : [],
  );
}

async function checkKeys(folder: string, said: readonly SaidKey[], ledger: Ledger): Promise<void> {
  try {
    const { keys, close } = await openTestStore(folder, { now: Date.now() });
    const lost = said.filter(({ purpose, id, secret }) => {
      const key = keys.find(purpose, id);
      return !key || Buffer.from(key.secret).toString('base64url') !== secret;
    });
    ledger.lost.push(...lost.map(({ purpose, id }) => `${purpose} ${id}`));
    await close();
  } catch (error) {
    ledger.lost.push(`all: ${error}`);
  }
}
