import assert from 'node:assert/strict';
import type { Node, NodeAPI, NodeMessageInFlow } from 'node-red';
import { FlowResults } from '../../nodes/glue/flow-results.ts';
import type { EmailApp, ResultListener } from '../../nodes/lib/app/email-app.ts';
import { type EmailResult, emailResult } from '../../nodes/lib/outbound/email-result.ts';
import type { PartRecord, UnreportedPart } from '../../nodes/lib/outbound/outbox.ts';

const RED = { util: { cloneMessage: structuredClone } } as unknown as NodeAPI;

function part(id: string, changes: Partial<PartRecord> = {}): PartRecord {
  return {
    id,
    requestId: 'r1',
    node: 'n1',
    reports: true,
    index: 0,
    count: 1,
    state: 'sent',
    from: { address: 'shop@example.com' },
    to: { address: 'a@example.net' },
    subject: 'Hello',
    messageClass: 'transactional',
    messageId: `${id}@example.com`,
    code: 'sent',
    reason: '250 Ok',
    refused: [],
    attempts: 1,
    acceptedAt: 0,
    settledAt: 1,
    ...changes,
  };
}

type Out = (NodeMessageInFlow | null)[];

function stage(stored: UnreportedPart[] = [], failure?: Error) {
  let listener: ResultListener = () => {};
  let takeOver = () => {};
  const marked: string[] = [];
  const first: PartRecord[] = [];
  const resumed: Out[] = [];
  const app = {
    onResult: (given: ResultListener) => {
      listener = given;
      return () => {};
    },
    onTakeover: (given: () => void) => {
      takeOver = given;
      return () => {
        takeOver = () => {};
      };
    },
    unreported: async () => stored.filter(({ record }) => !marked.includes(record.id)),
    markReported: async (ids: readonly string[]) => {
      if (failure) throw failure;
      marked.push(...ids);
    },
    partsOf: async (_requestId: string, from: number) => first.slice(from),
    resultOf: (record: PartRecord) => emailResult(record, { name: 'shop', route: 'smtp' }),
  } as unknown as EmailApp;
  const complaints: string[] = [];
  const error = failure ? (text: string) => complaints.push(text) : assert.fail;
  const node = { id: 'n1', send: (out: Out) => resumed.push(out), error } as unknown as Node;
  const sent: Out[] = [];
  const results = new FlowResults(RED, node, app);
  return {
    results,
    tell: (record: PartRecord) => listener(record),
    takeOver: () => takeOver(),
    sent,
    send: (out: Out) => sent.push(out),
    marked,
    first,
    resumed,
    stored,
    complaints,
  };
}

const input = (): NodeMessageInFlow => ({ _msgid: 'm1', payload: 'hi' });
const resultIn = (out: Out | undefined): EmailResult | undefined =>
  out?.[0]?.email as EmailResult | undefined;
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
};

describe('FlowResults', () => {
  it('hands a sent mail to the first output, with the message it came with', async () => {
    const { results, tell, sent, send, marked } = stage();
    const message = input();
    const done = results.expect({ requestId: 'r1' }, message, send);
    tell(part('p1'));
    await done;
    assert.equal(sent[0]?.[0], message);
    assert.deepEqual([sent[0]?.[1], sent[0]?.[2]], [null, null]);
    assert.equal((message.email as { status: string }).status, 'sent');
    await settled();
    assert.deepEqual(marked, ['p1']);
  });

  for (const [state, output] of [
    ['suppressed', 1],
    ['failed', 2],
    ['expired', 2],
    ['cancelled', 2],
    ['unknown', 2],
  ] as const) {
    it(`hands a ${state} mail to output ${output + 1}`, async () => {
      const { results, tell, sent, send } = stage();
      const done = results.expect({ requestId: 'r1' }, input(), send);
      tell(part('p1', { state }));
      await done;
      assert.deepEqual(
        sent[0]?.map((message) => message !== null),
        [0, 1, 2].map((at) => at === output),
      );
    });
  }

  it('is done only after the last part, and numbers the parts for a join', async () => {
    const { results, tell, sent, send } = stage();
    let isDone = false;
    const done = results
      .expect({ requestId: 'r1' }, { ...input(), parts: { id: 'outer', index: 3 } }, send)
      .then(() => {
        isDone = true;
      });
    tell(part('p2', { index: 1, count: 2 }));
    await settled();
    assert.equal(isDone, false);
    tell(part('p1', { index: 0, count: 2 }));
    await done;
    const parts = sent.map((out) => out[0]?.parts);
    assert.deepEqual(parts, [
      { id: 'r1', index: 1, count: 2, parts: { id: 'outer', index: 3 } },
      { id: 'r1', index: 0, count: 2, parts: { id: 'outer', index: 3 } },
    ]);
    assert.notEqual(sent[0]?.[0], sent[1]?.[0]);
  });

  it('leaves the parts of a single mail in a sequence alone', async () => {
    const { results, tell, sent, send } = stage();
    const done = results.expect({ requestId: 'r1' }, { ...input(), parts: { id: 'outer', index: 3 } }, send);
    tell(part('p1'));
    await done;
    assert.deepEqual(sent[0]?.[0]?.parts, { id: 'outer', index: 3 });
  });

  it('rebuilds a message whose input is gone and marks it as resumed', async () => {
    const { resumed, marked } = stage([
      { record: part('p9', { requestId: 'old' }), message: '{"payload":"kept"}' },
    ]);
    await settled();
    assert.equal(resumed.length, 1);
    const message = resumed[0]?.[0];
    assert.equal(message?.payload, 'kept');
    assert.equal(resultIn(resumed[0])?.resumed, true);
    assert.deepEqual(marked, ['p9']);
  });

  it('hands on what a machine that ended left behind', async () => {
    const { takeOver, resumed, marked, stored } = stage();
    await settled();
    stored.push({ record: part('p9'), message: '{}' });
    takeOver();
    await settled();
    assert.deepEqual([resumed.length, resultIn(resumed[0])?.resumed, marked], [1, true, ['p9']]);
  });

  it('does not resume what is being handed to its waiting input', async () => {
    const { results, tell, resumed, send, stored } = stage();
    const done = results.expect({ requestId: 'r1' }, input(), send);
    stored.push({ record: part('p1') });
    tell(part('p7', { requestId: 'elsewhere' }));
    tell(part('p1'));
    await done;
    await settled();
    assert.deepEqual(
      resumed.flat().filter((message) => message !== null),
      [],
    );
  });

  it('gives a repeated request the first results at once', async () => {
    const { results, sent, send, first } = stage();
    first.push(part('p1'));
    const done = results.expect({ requestId: 'r2' }, input(), send);
    await results.repeat('r2', 'r1');
    await done;
    assert.equal(resultIn(sent[0])?.repeated, true);
    assert.equal(sent[0]?.[0]?.parts?.id, 'r2', 'a join must not mix it with those of the first');
  });

  it('gives a repeated mailing its results page by page, each once', async () => {
    const { results, sent, send, first } = stage();
    const count = 1200;
    first.push(...Array.from({ length: count }, (_, index) => part(`p${index}`, { index, count })));
    const done = results.expect({ requestId: 'r2', snapshot: '{"payload":"hi"}' }, input(), send);
    await results.repeat('r2', 'r1');
    await done;
    assert.deepEqual(
      sent.map((out) => resultIn(out)?.id),
      first.map(({ id }) => id),
    );
  });

  it('gives each result of a mailing what a restart would leave of the message, and not its list', async () => {
    const { results, tell, sent, send } = stage();
    const list = { ...input(), to: ['a@example.net'] };
    const done = results.expect({ requestId: 'r1', snapshot: '{"payload":"hi"}' }, list, send);
    const count = 1001;
    for (let index = 0; index < count; index++) tell(part(`p${index}`, { index, count }));
    await done;
    const messages = sent.map((out) => out[0]);
    assert.equal(messages.length, count);
    assert.ok(messages.every((message) => message?.payload === 'hi' && !('to' in message)));
    assert.equal(new Set(messages).size, count, 'each is a message of its own');
  });

  it('ignores the results of a node that reports when queued', async () => {
    const { tell, resumed, stored } = stage();
    await settled();
    stored.push({ record: part('p1', { reports: false }) });
    tell(part('p1', { reports: false }));
    await settled();
    assert.equal(resumed.length, 0);
  });

  it('does not mark a result that was sent in the turn of a deploy, so that it comes once more', async () => {
    const { results, tell, send, marked } = stage();
    const done = results.expect({ requestId: 'r1' }, input(), send);
    tell(part('p1'));
    results.close();
    await done;
    await settled();
    assert.deepEqual(marked, []);
  });

  it('hands a request of another node to the input that repeated it, and leaves the first one alone', async () => {
    const { results, tell, sent, send, marked, first } = stage();
    const done = results.expect({ requestId: 'r2' }, input(), send);
    first.push(part('open', { node: 'n2', settledAt: undefined }));
    await results.repeat('r2', 'r1');
    tell(part('open', { node: 'n2' }));
    await done;
    await settled();
    assert.equal(resultIn(sent[0])?.id, 'open');
    assert.equal(resultIn(sent[0])?.repeated, true);
    assert.deepEqual(marked, []);
  });

  it('shares a message that cannot be copied rather than losing its result', async () => {
    const { results, tell, sent, send } = stage();
    const payload = { notCloneable: () => 1 };
    const done = results.expect({ requestId: 'r1' }, { ...input(), payload }, send);
    tell(part('p1', { count: 2 }));
    tell(part('p2', { count: 2, index: 1 }));
    await done;
    assert.deepEqual(
      sent.map((out) => [resultIn(out)?.id, out[0]?.payload]),
      [
        ['p1', payload],
        ['p2', payload],
      ],
    );
  });

  it('does not hand out the same results for ever when the store does not take their marks', async () => {
    const stored = Array.from({ length: 100 }, (_none, n) => ({
      record: part(`p${n}`, { requestId: 'old' }),
    }));
    const { resumed, complaints } = stage(stored, new Error('disk full'));
    for (let turn = 0; turn < 20; turn++) await settled();
    assert.equal(resumed.length, 100);
    assert.equal(complaints.length, 1);
  });

  it('lets no input wait that comes after the node was closed', async () => {
    const { results, send } = stage();
    results.close();
    await results.expect({ requestId: 'r1' }, input(), send);
  });

  it('finishes every waiting input when the node closes', async () => {
    const { results, send } = stage();
    const done = results.expect({ requestId: 'r1' }, input(), send);
    results.close();
    await done;
  });
});
