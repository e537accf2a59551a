import assert from 'node:assert/strict';
import type { EventLog, EventType, NewEvent } from '../../../nodes/lib/event/event-log.ts';
import type { EventTally } from '../../../nodes/lib/message-log/event-tally.ts';

const hour = 3_600_000;
const start = 400_000 * hour;

export interface TallyStage {
  /** Both over one store, which is empty. */
  readonly events: EventLog;
  readonly tally: EventTally;
}

/** What every tally of events must do. */
export function tallyContract(open: () => Promise<TallyStage>): void {
  let stage: TallyStage;
  beforeEach(async () => {
    stage = await open();
  });

  const happened = (at: number, ...types: EventType[]) =>
    stage.events.append(types.map((type) => ({ type, at, recipient: 'a@example.net' })));
  const read = async (from = 0) => {
    await stage.tally.roll();
    const hours = await stage.tally.read(from);
    return hours.map(({ hour: at, counts }) => [(at - start) / hour, counted(counts)]);
  };
  const counted = (counts: object) =>
    Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));

  it('has counted nothing when nothing happened', async () => {
    assert.deepEqual(await read(), []);
    assert.deepEqual(counted(await stage.tally.totals()), {});
  });

  it('counts what happened by its hour, each event once', async () => {
    await happened(start + 1, 'email.sent', 'email.sent', 'email.bounced');
    await happened(start + hour - 1, 'email.sent');
    await happened(start + hour, 'email.delivered');
    const first = [
      [0, { sent: 3, bounced: 1 }],
      [1, { delivered: 1 }],
    ];
    assert.deepEqual(await read(), first);
    assert.deepEqual(await read(), first, 'again');
    await happened(start, 'email.sent');
    assert.deepEqual(await read(), [[0, { sent: 4, bounced: 1 }], first[1]]);
  });

  it('gives the hours in their order, from one on', async () => {
    await happened(start + 3 * hour, 'email.sent');
    await happened(start, 'email.sent');
    await happened(start + hour, 'email.sent');
    assert.deepEqual(
      (await read(start + hour)).map(([at]) => at),
      [1, 3],
    );
  });

  it('knows each kind of event that a person is told of', async () => {
    const types = [
      'email.queued',
      'email.sent',
      'email.delivered',
      'email.delayed',
      'email.bounced',
      'email.complained',
      'email.opened',
      'email.clicked',
      'email.rejected',
      'email.failed',
      'email.suppressed',
      'email.expired',
      'inbound.received',
      'unsubscribe.added',
      'unsubscribe.removed',
      'app.paused',
    ] as const;
    await happened(start, ...types);
    const all = {
      sent: 1,
      delivered: 1,
      bounced: 1,
      complained: 1,
      unsubscribed: 1,
      failed: 3,
      suppressed: 1,
      opened: 1,
      clicked: 1,
      received: 1,
    };
    assert.deepEqual(await read(), [[0, all]]);
  });

  it('leaves out hours in which nothing of that happened', async () => {
    await happened(start, 'email.queued', 'app.paused');
    assert.deepEqual(await read(), []);
  });

  it('counts thousands of events in one go', async () => {
    for (let batch = 0; batch < 9; batch += 1)
      await happened(start, ...Array<EventType>(1000).fill('email.sent'));
    assert.deepEqual(await read(), [[0, { sent: 9000 }]]);
  });

  it('does not count the reports that prove nothing', async () => {
    await stage.events.append([
      {
        type: 'email.bounced',
        at: start,
        key: 'doubt m1',
        recipient: 'a@example.net',
        detail: { matched: false },
      },
      {
        type: 'email.complained',
        at: start,
        key: 'report e1 email.complained praise a@example.net',
        detail: { feedbackType: 'not-spam' },
      },
      {
        type: 'email.complained',
        at: start,
        key: 'report e1 email.complained complaint a@example.net',
        detail: {},
      },
    ]);
    assert.deepEqual(await read(), [[0, { complained: 1 }]]);
  });

  it('counts as unsubscribed only who asked for it', async () => {
    const added = (detail: NewEvent['detail']) => ({ type: 'unsubscribe.added', at: start, detail }) as const;
    await stage.events.append([
      added({ method: 'one-click', cause: 'unsubscribe' }),
      added({ method: 'bounce', cause: 'hard-bounce' }),
      added({ method: 'api', cause: 'manual' }),
      added({ method: 'import', added: 1000 }),
    ]);
    assert.deepEqual(await read(), [[0, { unsubscribed: 1 }]]);
  });

  it('outlives the events, and its totals the hours', async () => {
    await happened(start, 'email.sent', 'email.bounced');
    await happened(start + hour, 'email.sent');
    await stage.tally.roll();
    await stage.events.prune(start + 2 * hour);
    assert.equal((await read()).length, 2);
    await stage.tally.prune(start + hour);
    assert.deepEqual(await read(), [[1, { sent: 1 }]]);
    assert.deepEqual(counted(await stage.tally.totals()), { sent: 2, bounced: 1 });
  });
}
