import assert from 'node:assert/strict';
import { ReceiverGates } from '../../../nodes/lib/webhook/receiver-gates.ts';
import type { WebhookAnswer } from '../../../nodes/lib/webhook/webhook-answer.ts';

const second = 1000;
const down: WebhookAnswer = { kind: 'later', code: 'connect-failed', why: 'no connection' };
const taken: WebhookAnswer = { kind: 'taken', status: 204 };
const isRefusal: WebhookAnswer = { kind: 'later', status: 422, code: 'receiver-refused', why: 'it said 422' };

describe('ReceiverGates', () => {
  const gates = (changes: object = {}) =>
    new ReceiverGates({ concurrency: 3, isShared: false, random: () => 0.5, ...changes });
  /** Tries one after the other, each answered at once. */
  const meet = (gate: ReceiverGates, key: string, now: number, ...answers: WebhookAnswer[]) => {
    for (const answer of answers) {
      gate.begin(key);
      gate.ended(key, answer, { startedAt: now, now });
    }
  };
  const isDown = (gate: ReceiverGates, key: string, now: number) => gate.failureOf(key, now) !== undefined;

  it('takes a receiver for down after three failures in a row, and not before', () => {
    const gate = gates();
    meet(gate, 'a', 0, down, down, taken, down, down);
    assert.equal(isDown(gate, 'a', 0), false);
    meet(gate, 'a', 0, down);
    assert.deepEqual(gate.failureOf('a', 0), { code: 'connect-failed', why: 'no connection' });
    assert.equal(isDown(gate, 'b', 0), false, 'another one');
  });

  it('needs as many as may be under way, so that one that errs now and then goes on', () => {
    const gate = gates({ concurrency: 10 });
    meet(gate, 'a', 0, ...Array.from({ length: 9 }, () => down));
    assert.equal(isDown(gate, 'a', 0), false);
    meet(gate, 'a', 0, down);
    assert.equal(isDown(gate, 'a', 0), true);
  });

  it('does not take a receiver for down that looks at webhooks and refuses them', () => {
    const gate = gates();
    meet(gate, 'a', 0, isRefusal, isRefusal, isRefusal, isRefusal);
    assert.equal(isDown(gate, 'a', 0), false);
  });

  it('tries it less and less often, each time with one, every quarter of an hour at least', () => {
    const gate = gates();
    meet(gate, 'a', 0, down, down, down);
    const waits: number[] = [];
    for (let now = 0; waits.length < 12; ) {
      waits.push((gate.retryAt('a') - now) / second);
      now = gate.retryAt('a');
      assert.equal(isDown(gate, 'a', now - 1), true);
      assert.equal(isDown(gate, 'a', now), false);
      gate.begin('a');
      assert.equal(isDown(gate, 'a', now), true, 'one is under way');
      gate.ended('a', down, { startedAt: now, now });
    }
    assert.deepEqual(waits, [5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900, 900]);
  });

  it('takes what fails together for one failure more, however many they were', () => {
    const gate = gates();
    for (let count = 0; count < 3; count += 1) gate.begin('a');
    for (let count = 0; count < 3; count += 1) gate.ended('a', down, { startedAt: 0, now: 10 });
    assert.equal(gate.retryAt('a'), 10 + 5 * second);
  });

  it('asks nothing of a receiver that says how long, and no longer than a quarter of an hour', () => {
    for (const [asked, waits] of [
      [60, 60],
      [86_400, 900],
      [0, 5],
    ] as const) {
      const gate = gates();
      meet(gate, 'a', 0, { ...down, retryAfter: asked * second });
      assert.deepEqual([isDown(gate, 'a', 0), gate.retryAt('a')], [true, waits * second]);
    }
  });

  it('is not held by a clock that was set back', () => {
    const gate = gates();
    meet(gate, 'a', 1e12, down, down, down);
    assert.equal(isDown(gate, 'a', 1e12), true);
    assert.equal(isDown(gate, 'a', 1e12 - 86_400_000), false);
  });

  it('lets all be tried when a person says so', () => {
    const gate = gates();
    meet(gate, 'a', 0, down, down, down);
    gate.clear();
    assert.equal(isDown(gate, 'a', 0), false);
  });

  describe('of receivers that strangers named', () => {
    it('gives one half of the places at most, however fast it is', () => {
      const gate = gates({ isShared: true });
      meet(gate, 'a', 0, taken);
      assert.deepEqual([gate.begin('a'), gate.begin('a'), gate.begin('a')], [true, true, false]);
      meet(gate, 'b', 0, taken);
      assert.equal(gate.begin('b'), true);
    });

    it('gives those of which nothing is known one place each, and half of them together', () => {
      const gate = gates({ isShared: true });
      meet(gate, 'known', 0, taken);
      assert.deepEqual(
        [gate.begin('x'), gate.begin('x'), gate.begin('y'), gate.begin('z')],
        [true, false, true, false],
      );
      assert.deepEqual([gate.begin('known'), gate.begin('known')], [true, true]);
      gate.ended('x', down, { startedAt: 0, now: 0 });
      assert.equal(gate.begin('z'), true);
    });

    it('remembers ten thousand, whatever they are called, and those that are under way', () => {
      const gate = gates({ isShared: true });
      gate.begin('first');
      for (let count = 0; count < 20_000; count += 1) meet(gate, `h${count}`, 0, down, down, down);
      assert.equal(isDown(gate, 'h0', 0), false);
      assert.equal(isDown(gate, 'h19999', 0), true);
      assert.equal(gate.begin('first'), false);
    });
  });
});
