/** Mailings killed while they are written, accepted and drawn. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { copyId } from '../../../nodes/lib/outbound/copy-id.ts';
import type { Outbox } from '../../../nodes/lib/outbound/outbox.ts';
import { sqliteOutbox } from '../../../nodes/lib/store/open-sqlite-outbox.ts';
import { openTestStore } from '../../support/sqlite-outbox.ts';
import { killNow, linesOf, startLoad, untilWritten } from '../killed-process.ts';
import { Ledger, type Orders, type Scenario, type Toll } from '../scenario.ts';

/** What killed processes had written. */
interface Said {
  /** Requests and the numbers of their copies. */
  readonly accepted: Map<string, number>;
  readonly claimed: string[];
  readonly settled: Set<string>;
}

export const mailing: Scenario = {
  name: 'mailing',
  subject: 'a mailing',
  promise: 'has each of its copies once, and leaves no file of what was not accepted',
  kills: 5,
  leastPerKill: 5,
  states: ['draft', 'waiting', 'sending'],
  controls: [{ mode: 'early', fault: 'losing a mailing: it speaks too early', in: 'lost', kills: 2 }],
  run,
};

async function run({ folder: parent, kills, mode, onKill }: Orders): Promise<Toll> {
  const folder = join(parent, 'app');
  const ledger = new Ledger();
  const said: Said = { accepted: new Map(), claimed: [], settled: new Set() };
  for (let index = 0; index < kills; index += 1) {
    await runAndKill(folder, said, { log: join(parent, `${index}.log`), mode });
    ledger.kills += 1;
    if (filesOf(folder).some((name) => name.endsWith('.part'))) ledger.noteFound('draft');
    await look(folder, async (outbox) => {
      const { waiting, unknown } = await outbox.counts(Date.now());
      ledger.noteFound(...(waiting > 0 ? ['waiting'] : []), ...(unknown > ledger.unknown ? ['sending'] : []));
      ledger.unknown = unknown;
    });
    onKill();
  }
  await look(folder, (outbox) => drawAll(outbox, said));
  await look(folder, (outbox) => checkAll(outbox, said, ledger));
  for (const name of filesOf(folder)) ledger.wrong.push(`${name} is left`);
  ledger.accepted = said.accepted.size;
  return ledger;
}

async function runAndKill(folder: string, said: Said, { log, mode }: { log: string; mode: string }) {
  const load = startLoad('mailing-load.ts', [folder, 0, mode], log);
  await untilWritten(load, mode === 'early' ? '' : 'settled');
  await wait(Math.random() * 300);
  await killNow(load);
  for (const [verb, id = '', copies] of linesOf(log)) {
    if (verb === 'accepted') said.accepted.set(id, Number(copies));
    if (verb === 'claimed') said.claimed.push(id);
    if (verb === 'settled') said.settled.add(id);
  }
}

async function look(folder: string, check: (outbox: Outbox) => Promise<void>): Promise<void> {
  const store = await openTestStore(folder, { now: Date.now(), maxWaiting: 1e9 });
  await check(sqliteOutbox(store)).finally(() => store.close());
}

async function drawAll(outbox: Outbox, said: Said): Promise<void> {
  for (;;) {
    const entries = await outbox.claim(500, Date.now());
    if (entries.length === 0) return;
    said.claimed.push(...entries.map(({ part }) => part.id));
  }
}

async function checkAll(outbox: Outbox, said: Said, ledger: Ledger): Promise<void> {
  for (const [request, copies] of said.accepted) {
    const parts = await outbox.partsOf(request, 0, 1e6);
    const found = new Set(parts.map(({ id }) => id));
    for (let place = 0; place < copies; place += 1)
      if (!found.has(copyId(request, place))) ledger.lost.push(copyId(request, place));
    if (parts.length > copies) ledger.wrong.push(`${request} has ${parts.length} copies of ${copies}`);
    for (const { id, state } of parts)
      if (said.settled.has(id) && state !== 'sent') ledger.wrong.push(`${id} was sent and is ${state}`);
  }
  const once = new Set(said.claimed);
  if (once.size < said.claimed.length) ledger.wrong.push('a copy was handed over twice');
}

function filesOf(folder: string): string[] {
  return readdirSync(join(folder, 'spool')).filter((name) => name.startsWith('mailing-'));
}
