import assert from 'node:assert/strict';
import { attack, failureOn } from './attack.ts';
import { doorsWithCorpus, keptInputs } from './corpus.ts';
import type { Door } from './door.ts';
import { doors } from './doors.ts';
import { minimise } from './minimise.ts';

const inputsOfDoor = 400;
const seed = 1;

describe('hostile bytes', () => {
  for (const door of doors) {
    it(`are no better off at the door “${door.name}” with an input that was kept`, async () => {
      const kept = keptInputs(door.name);
      assert.ok(kept.length > 0);
      for (const { name, content } of kept) assert.equal(await failureOn(door, content), undefined, name);
    });

    it(`do no harm at the door “${door.name}”`, async () => {
      const found = await attack(door, seed, inputsOfDoor);
      if (!found) return;
      const fails = async (input: Buffer) => (await failureOn(door, input)) !== undefined;
      const small = await minimise(found.input, fails, 300);
      assert.fail(`${found.failure.stack}\n\n${JSON.stringify(small.toString('latin1'))}`);
    });
  }

  it('have no kept inputs without a door', () => {
    const names = doors.map(({ name }) => name);
    assert.deepEqual(
      doorsWithCorpus().filter((name) => !names.includes(name)),
      [],
    );
  });
});

describe('the fuzzer', () => {
  /** What a careless parser does. */
  const careless: Door = {
    name: 'csv',
    words: ['magic'],
    check: (input) => assert.ok(!input.includes('magic'), 'found'),
  };

  it('finds what it looks for, and finds it again', async () => {
    const [first, second] = [await attack(careless, 1, 1000), await attack(careless, 1, 1000)];
    assert.equal(first?.failure.message, 'found');
    assert.deepEqual(first.input, second?.input);
  });

  it('makes it small', async () => {
    const found = await attack(careless, 1, 1000);
    assert.ok(found);
    const small = await minimise(
      found.input,
      async (input) => (await failureOn(careless, input)) !== undefined,
    );
    assert.equal(small.toString(), 'magic');
  });
});
