/** Mails killed in every state they can be in, with both answers to what becomes of those in hand. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import type { Outbox, PartRecord } from '../../../nodes/lib/outbound/outbox.ts';
import { openTestOutbox } from '../../support/sqlite-outbox.ts';
import { killNow, linesOf, startLoad, untilWritten } from '../killed-process.ts';
import { isPutOff, policyOf } from '../outbox-terms.ts';
import { Ledger, type Orders, type Scenario, type Toll } from '../scenario.ts';

/** What killed processes had written. */
interface Said {
  readonly accepted: string[];
  readonly claimed: string[];
  /** Without those put off. */
  readonly settled: Map<string, string>;
  readonly told: string[];
  readonly reported: string[];
}

export const outboxHold: Scenario = {
  name: 'outbox',
  subject: 'an outbox',
  promise:
    'loses nothing accepted, keeps what was settled, and tells each result; what was in hand is unknown',
  kills: 10,
  leastPerKill: 20,
  states: ['queued', 'sending', 'held', 'later', 'unreported'],
  controls: [
    { mode: 'early', fault: 'losing mail: it speaks too early', in: 'lost', kills: 2 },
    { mode: 'hasty', fault: 'losing results: it marks them before they leave', in: 'lost', kills: 2 },
    { mode: 'careless', fault: 'handing mail over twice', in: 'wrong', kills: 2 },
  ],
  run: (orders) => run(orders, 'hold'),
};

export const outboxResend: Scenario = {
  name: 'outbox-resend',
  subject: 'an outbox that sends again what was in hand',
  promise: 'loses nothing accepted and hands over twice only what a kill cut off',
  kills: 4,
  leastPerKill: 20,
  states: ['queued', 'sending'],
  controls: [{ mode: 'early', fault: 'losing mail: it speaks too early', in: 'lost', kills: 2 }],
  run: ({ mode, ...orders }) => run({ ...orders, mode: mode === 'honest' ? 'resend' : mode }, 'resend'),
};

async function run(
  { folder: parent, kills, mode, onKill }: Orders,
  judgedAs: 'hold' | 'resend',
): Promise<Toll> {
  const folder = join(parent, 'app');
  const ledger = new Ledger();
  const all: Said[] = [];
  for (let index = 0; index < kills; index += 1) {
    const said = await runAndKill(parent, folder, [index, mode]);
    all.push(said);
    ledger.kills += 1;
    await look(folder, mode, (outbox) => checkRun(said, outbox, { ledger, judgedAs }));
    onKill();
  }
  await look(folder, mode, (outbox) => checkAll(all, outbox, ledger));
  checkClaims(all, judgedAs, ledger);
  ledger.wrong.push(...faultsOfFile(join(folder, 'app.sqlite')));
  ledger.accepted = all.flatMap(({ accepted }) => accepted).length;
  return ledger;
}

/** At a random moment: every third while it opens, the others at work. */
async function runAndKill(parent: string, folder: string, [index, mode]: [number, string]): Promise<Said> {
  const load = startLoad('outbox-load.ts', [folder, index, mode], join(parent, `${index}.log`));
  if (mode !== 'honest' || index % 3 > 0) await untilWritten(load, mode === 'early' ? '' : 'settled');
  await wait(Math.random() * (index % 3 === 1 ? 50 : 400));
  await killNow(load);
  return readSaid(load.log);
}

async function look(folder: string, mode: string, check: (outbox: Outbox) => Promise<void>): Promise<void> {
  const outbox = await openTestOutbox(folder, { now: Date.now(), unknown: policyOf(mode), maxWaiting: 1e9 });
  try {
    await check(outbox);
  } finally {
    await outbox.close();
  }
}

async function partsOf(outbox: Outbox, ids: Iterable<string>): Promise<Map<string, PartRecord | undefined>> {
  return new Map(
    await Promise.all([...new Set(ids)].map(async (id) => [id, await outbox.find(id)] as const)),
  );
}

interface Judging {
  readonly ledger: Ledger;
  readonly judgedAs: 'hold' | 'resend';
}

async function checkRun(said: Said, outbox: Outbox, { ledger, judgedAs }: Judging): Promise<void> {
  const parts = await partsOf(outbox, [...said.accepted, ...said.claimed]);
  ledger.lost.push(...said.accepted.filter((id) => !parts.get(id)));
  const cutOff = said.claimed.filter((id) => !said.settled.has(id) && !isPutOff(id));
  // sent again, where the app says so; its settling may also have been committed, and the process did not live to say so
  const queuedAgain = cutOff.filter((id) => parts.get(id)?.state === 'queued');
  if (judgedAs === 'hold') ledger.wrong.push(...queuedAgain.map((id) => `${id} is sent again`));
  const { sending, unknown } = await outbox.counts(Date.now());
  if (sending > 0) ledger.wrong.push(`${sending} still in hand after a start`);
  const wasInHand = queuedAgain.length > 0 || unknown > ledger.unknown;
  ledger.unknown = unknown;
  const unreported = await outbox.unreported('node-1', 1);
  ledger.noteFound(
    ...[...parts.values()].flatMap((part) => (part ? [stateOf(part)] : [])),
    ...(wasInHand ? ['sending'] : []),
    ...unreported.map(() => 'unreported'),
  );
}

function stateOf({ state, attempts }: PartRecord): string {
  return state === 'queued' && attempts > 0 ? 'later' : state;
}

async function checkAll(all: readonly Said[], outbox: Outbox, ledger: Ledger): Promise<void> {
  const settled = new Map(all.flatMap((said) => [...said.settled]));
  const parts = await partsOf(outbox, [...all.flatMap(({ accepted }) => accepted), ...settled.keys()]);
  ledger.lost.push(...all.flatMap(({ accepted }) => accepted).filter((id) => !parts.get(id)));
  for (const [id, state] of settled)
    if (parts.get(id)?.state !== state)
      ledger.wrong.push(`${id} was ${state} and is ${parts.get(id)?.state}`);
  const waiting = await outbox.unreported('node-1', 1e6);
  const told = all.flatMap((said) => said.told);
  const known = new Set([...told, ...waiting.map(({ record }) => record.id)]);
  ledger.lost.push(...[...settled.keys()].filter((id) => !known.has(id)).map((id) => `the result of ${id}`));
  const reported = new Map(all.flatMap((said, index) => said.reported.map((id) => [id, index])));
  for (const [index, said] of all.entries())
    for (const id of said.told)
      if ((reported.get(id) ?? index) < index) ledger.wrong.push(`${id} told again`);
  ledger.repeated += told.length - new Set(told).size;
}

/** Mails are handed over twice only if they were put off, or cut off by a kill where the app wants them sent again. */
function checkClaims(all: readonly Said[], judgedAs: 'hold' | 'resend', ledger: Ledger): void {
  const times = new Map<string, number>();
  for (const { claimed } of all)
    for (const [id, count] of countsOf(claimed)) {
      const before = times.get(id) ?? 0;
      const allowed = isPutOff(id) ? 2 : 1;
      times.set(id, before + count);
      if (count > allowed || (judgedAs === 'hold' && before + count > allowed))
        ledger.wrong.push(`${id} handed over again`);
      else if (before + count > allowed) ledger.repeated += 1;
    }
}

function countsOf(ids: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

function faultsOfFile(file: string): string[] {
  const database = new DatabaseSync(file);
  const all = (sql: string) => JSON.stringify(database.prepare(sql).all().map(Object.values));
  const counted = `SELECT sum(state = 'held'), sum(state = 'queued'), sum(state = 'sending'), sum(state = 'unknown') FROM part`;
  const miscounted =
    'SELECT id FROM request WHERE part_count <> (SELECT count(*) FROM part WHERE request = request.key)';
  const faults = [
    all('PRAGMA integrity_check') === '[["ok"]]' ? '' : 'the file is damaged',
    all('PRAGMA foreign_key_check') === '[]' ? '' : 'rows belong to none',
    all(miscounted) === '[]' ? '' : 'requests have not all their parts',
    all('SELECT held, queued, sending, unknown FROM tally') === all(counted) ? '' : 'the tally is wrong',
  ];
  database.close();
  return faults.filter((fault) => fault !== '');
}

function readSaid(log: string): Said {
  const said: Said = { accepted: [], claimed: [], settled: new Map(), told: [], reported: [] };
  for (const [verb, id = '', ...rest] of linesOf(log)) {
    if (verb === 'accepted') said.accepted.push(id, ...rest);
    if (verb === 'settled' && rest[0] !== 'later') said.settled.set(id, String(rest[0]));
    if (verb === 'claimed' || verb === 'told' || verb === 'reported') said[verb].push(id);
  }
  return said;
}
