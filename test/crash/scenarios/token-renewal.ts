/** The renewal of OAuth tokens, killed before the provider answers, right after, and when the answer is in the vault. */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { killNow, linesOf, startLoad, untilWritten } from '../killed-process.ts';
import { Ledger, type Orders, type Scenario, type Toll } from '../scenario.ts';
import { type TokenGiver, tokenGiver } from '../token-provider.ts';

const common = {
  leastPerKill: 1,
  states: ['asked', 'answered', 'kept'],
  controls: [{ mode: 'early', fault: 'losing a token: it speaks too early', in: 'lost', kills: 3 }],
} as const;

export const tokenRenewal: Scenario = {
  ...common,
  name: 'token',
  subject: 'the renewal of a token',
  promise: 'goes on with what is in the vault, and needs nobody to sign in again',
  kills: 6,
  run: (orders) => run(orders, false),
};

export const tokenRotation: Scenario = {
  ...common,
  name: 'token-rotation',
  subject: 'the renewal of a token that each use kills',
  promise: 'needs a new sign-in only if it was killed between answer and vault',
  kills: 6,
  run: (orders) => run(orders, true),
};

/** Between two runs. */
interface Before {
  /** Numbers of tokens: the last that the process said it kept, and the last that it was given. */
  readonly kept: number;
  readonly given: number;
}

async function run({ folder: parent, kills, mode, onKill }: Orders, strict: boolean): Promise<Toll> {
  const ledger = new Ledger();
  const giver = await tokenGiver(strict);
  const epoch = Date.now();
  let before: Before = { kept: 0, given: 0 };
  try {
    for (let index = 0; index <= kills; index += 1) {
      const log = join(parent, `${index}.log`);
      const load = startLoad('token-load.ts', [join(parent, 'app'), giver.url, epoch, mode], log);
      await untilWritten(load, mode === 'early' ? 'kept' : 'used');
      const state = await momentOf(index, giver);
      await killNow(load);
      Object.assign(giver, { onAsked: () => false, onAnswered: () => {} });
      before = judge(linesOf(log), before, { ledger, giver, strict });
      // the last one only shows what the kill before it left
      if (index === kills) break;
      ledger.kills += 1;
      ledger.noteFound(state);
      onKill();
    }
  } finally {
    await giver.close();
  }
  ledger.repeated = giver.reuses;
  return ledger;
}

/** When it is to be killed. */
async function momentOf(index: number, giver: TokenGiver): Promise<string> {
  if (index % 3 === 0) {
    await new Promise<void>((resolve) => {
      giver.onAsked = () => {
        resolve();
        return true;
      };
    });
    return 'asked';
  }
  await new Promise<void>((resolve) => {
    giver.onAnswered = resolve;
  });
  if (index % 3 === 1) return 'answered';
  await wait(15 + Math.random() * 30);
  return 'kept';
}

const numberOf = (token = '') => Number(/\d+$/.exec(token)?.[0] ?? 0);

function judge(
  lines: readonly string[][],
  before: Before,
  { ledger, giver, strict }: { ledger: Ledger; giver: TokenGiver; strict: boolean },
): Before {
  const said = (wanted: string) =>
    lines.flatMap(([verb, token]) => (verb === wanted ? [numberOf(token)] : []));
  const [found = 0] = said('found');
  const kept = said('kept');
  ledger.accepted += kept.length;
  if (found < before.kept) ledger.lost.push(`token ${before.kept}: ${found} was in the vault`);
  if (found > before.given) ledger.wrong.push(`token ${found} was never given`);
  for (const used of said('used'))
    if (used > Math.max(found, ...kept)) ledger.wrong.push(`token ${used} used before it was kept`);
  const signIns = said('lost-sign-in').length - (before.given === 0 ? 1 : 0);
  const mayBeLost = strict && found < before.given ? 1 : 0;
  if (signIns > mayBeLost) ledger.lost.push(`${signIns} sign-ins, with token ${found} of ${before.given}`);
  else ledger.unknown += signIns;
  for (const [verb, ...words] of lines) if (verb === 'trouble') ledger.wrong.push(words.join(' '));
  return { kept: Math.max(found, ...kept), given: giver.given };
}
