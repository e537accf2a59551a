import assert from 'node:assert/strict';
import { watchOwnDomain } from '../../../nodes/lib/app/watch-own-domain.ts';
import type { NewEvent } from '../../../nodes/lib/event/event-log.ts';
import { type AwsOptions, testKeys } from '../../support/aws/aws-world.ts';
import { type AwsStandIn, startAws } from '../../support/aws/start-aws.ts';
import { type FakeClock, fakeClock } from '../../support/fake-clock.ts';
import { sampleSettings } from '../../support/sample-settings.ts';

describe('watchOwnDomain', () => {
  let aws: AwsStandIn;
  let clock: FakeClock;
  let told: NewEvent[];
  let notes: Map<string, string | undefined>;

  async function open(options: AwsOptions = {}) {
    aws = await startAws(options);
    clock = fakeClock();
    told = [];
    notes = new Map();
  }
  afterEach(() => aws.close());

  function watch() {
    const access = { region: 'eu-central-1', keys: testKeys, endpoint: aws.endpoint };
    return watchOwnDomain({
      settings: sampleSettings({ route: { kind: 'ses', aws: access, bulk: false } }),
      notes: {
        readNote: async (name) => notes.get(name),
        writeNote: async (name, value) => void notes.set(name, value),
      },
      clock,
      tell: (event) => told.push(event),
    });
  }

  /** The network is real, the clock is not. */
  async function until(fact: () => boolean): Promise<void> {
    for (let turn = 0; !fact(); turn += 1) {
      assert.ok(turn < 2000, 'it does not come about');
      await clock.advance(5);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
  const asked = () => aws.state.calls.filter(({ action }) => action.endsWith('GetEmailIdentity')).length;

  it('tells once that SES lets the domain send, over restarts', async () => {
    await open({ verified: ['example.com'] });
    const stop = watch();
    await until(() => told.length === 1);
    await stop();
    const stopAgain = watch();
    await until(() => asked() === 2);
    await stopAgain();
    assert.deepEqual(
      told.map(({ type, detail }) => [type, detail?.domain]),
      [['app.domain-verified', 'example.com']],
    );
  });

  it('ends quietly when it has no right to ask', async () => {
    await open({ deny: ['ses:GetEmailIdentity'] });
    const stop = watch();
    await until(() => asked() === 1);
    await clock.advance(3_600_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await clock.advance(3_600_000);
    assert.equal(asked(), 1);
    assert.deepEqual(told, []);
    await stop();
  });
});
