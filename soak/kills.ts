/** Scenarios of the crash matrix with many kills: all in turns, so that a fault of any shows early; a table in the end. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Scenario, Toll } from '../test/crash/scenario.ts';

/** Of one scenario, so far. */
export interface KillResult {
  readonly scenario: Scenario;
  readonly toll: Toll;
}

interface Plan {
  readonly kills: number;
  readonly say: (line: string) => void;
}

/** In one folder: the more, the longer is the story that is judged; the fewer, the more folders are new. */
const killsOfTurn = 12;
const noToll: Toll = { kills: 0, accepted: 0, lost: [], wrong: [], repeated: 0, unknown: 0, found: {} };

/** Those that cannot run here are left out, and the others have their kills. */
export async function soakKills(scenarios: readonly Scenario[], { kills, say }: Plan): Promise<KillResult[]> {
  const able = scenarios.filter((scenario) => canRun(scenario, say));
  const results = able.map((scenario): KillResult => ({ scenario, toll: noToll }));
  const shareOf = (index: number) => Math.floor(kills / able.length) + (index < kills % able.length ? 1 : 0);
  for (let done = 0; done < shareOf(0); done += killsOfTurn) {
    for (const [index, { scenario, toll }] of results.entries()) {
      const turn = Math.min(killsOfTurn, shareOf(index) - done);
      if (turn < 1) continue;
      const result = { scenario, toll: sum(toll, await tollOf(scenario, turn)) };
      results[index] = result;
      say(progressOf(result, results, kills));
    }
  }
  return results;
}

export function hasFailed({ toll }: KillResult): boolean {
  return toll.lost.length + toll.wrong.length > 0;
}

/** A result as one object of plain fields. */
export function rowOf({ scenario, toll }: KillResult) {
  const { lost, wrong, ...rest } = toll;
  const faults = [...lost.map((one) => `lost: ${one}`), ...wrong.map((one) => `wrong: ${one}`)];
  const numbers = { ...rest, lost: lost.length, wrong: wrong.length };
  return { name: scenario.name, ...numbers, faults: faults.slice(0, mostFaults) };
}

const mostFaults = 20;
const columns = ['kills', 'accepted', 'lost', 'wrong', 'repeated', 'unknown'] as const;

export function tableOf(results: readonly KillResult[]): string {
  const rows = results.map(rowOf);
  const total = columns.map((column) => rows.reduce((before, row) => before + row[column], 0));
  const cells = [
    ['scenario', ...columns, 'killed when there was'],
    ...rows.map((row) => [row.name, ...columns.map((column) => row[column]), foundIn(row.found)]),
    ['all', ...total, ''],
  ].map((row) => row.map(String));
  const faults = rows.flatMap(({ name, faults: some }) => some.map((fault) => `${name}: ${fault}`));
  return [...aligned(cells), ...faults].join('\n');
}

function canRun({ name, missing }: Scenario, say: Plan['say']): boolean {
  const reason = missing?.();
  if (reason !== undefined) say(`${name} is left out: ${reason}`);
  return reason === undefined;
}

/** What a scenario throws is as bad as a loss. */
async function tollOf({ run }: Scenario, kills: number): Promise<Toll> {
  const folder = mkdtempSync(join(tmpdir(), 'email-app-soak-'));
  let done = 0;
  const onKill = () => {
    done += 1;
  };
  try {
    return await run({ folder, kills, mode: 'honest', onKill });
  } catch (error) {
    return { ...noToll, kills: done, wrong: [String(error)] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function sum(one: Toll, other: Toll): Toll {
  const found = { ...one.found };
  for (const [state, times] of Object.entries(other.found)) found[state] = (found[state] ?? 0) + times;
  return {
    kills: one.kills + other.kills,
    accepted: one.accepted + other.accepted,
    lost: [...one.lost, ...other.lost],
    wrong: [...one.wrong, ...other.wrong],
    repeated: one.repeated + other.repeated,
    unknown: one.unknown + other.unknown,
    found,
  };
}

function progressOf({ scenario, toll }: KillResult, results: readonly KillResult[], kills: number): string {
  const all = results.reduce((before, result) => before + result.toll.kills, 0);
  const { lost, wrong, repeated, accepted } = toll;
  const counts = `${accepted} accepted, ${lost.length} lost, ${wrong.length} wrong, ${repeated} repeated`;
  return `${String(all).padStart(4)}/${kills}  ${scenario.name.padEnd(15)} ${toll.kills} kills: ${counts}`;
}

function foundIn(found: Toll['found']): string {
  return Object.entries(found)
    .map(([state, times]) => `${state} ${times}`)
    .join(', ');
}

/** Names to the left, numbers to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0))) ?? [];
  const last = widths.length - 1;
  const cellOf = (text: string, index: number) => {
    if (index === 0) return text.padEnd(widths[index] ?? 0);
    return index === last ? text : text.padStart(widths[index] ?? 0);
  };
  return rows.map((row) => row.map(cellOf).join('  ').trimEnd());
}
