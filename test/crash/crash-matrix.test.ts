import assert from 'node:assert/strict';
import { temporaryFolder } from '../support/sqlite-outbox.ts';
import type { Control, Scenario, Toll } from './scenario.ts';
import { allScenarios } from './scenarios/all-scenarios.ts';

/** By the issue: in each run of the tests. */
const leastKills = 50;
/** A kill hits where it hits. */
const tries = 10;
let kills = 0;

async function tollOf({ run }: Scenario, mode: string, howMany: number): Promise<Toll> {
  const { folder, remove } = temporaryFolder();
  try {
    return await run({ folder, kills: howMany, mode, onKill: () => {} });
  } finally {
    remove();
  }
}

async function isCaught(scenario: Scenario, control: Control): Promise<boolean> {
  for (let one = 0; one < tries; one += 1) {
    const toll = await tollOf(scenario, control.mode, control.kills);
    if (toll[control.in].length > 0) return true;
  }
  return false;
}

for (const scenario of allScenarios) {
  describe(`${scenario.subject} whose process is killed`, function () {
    this.timeout(240_000);

    before(function () {
      const missing = scenario.missing?.();
      if (missing === undefined) return;
      console.log(`    skipped: ${missing}`);
      this.skip();
    });

    it(`${scenario.promise} (${scenario.kills} kills)`, async () => {
      const toll = await tollOf(scenario, 'honest', scenario.kills);
      kills += toll.kills;
      assert.deepEqual({ lost: toll.lost, wrong: toll.wrong }, { lost: [], wrong: [] });
      assert.equal(toll.kills, scenario.kills);
      const least = toll.kills * scenario.leastPerKill;
      assert.ok(toll.accepted >= least, `the processes did too little to prove a thing: ${toll.accepted}`);
      assert.deepEqual(
        scenario.states.filter((state) => !toll.found[state]),
        [],
        'no kill found anything in these states',
      );
    });

    for (const control of scenario.controls) {
      it(`would be caught ${control.fault}`, async () => assert.ok(await isCaught(scenario, control)));
    }
  });
}

describe('the crash matrix', () => {
  it(`has at least ${leastKills} kills`, () => {
    console.log(`      ${kills} kills in ${allScenarios.length} scenarios, beside those of the controls`);
    assert.ok(kills >= leastKills);
  });
});
