import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Outbox } from '../../../nodes/lib/outbound/outbox.ts';
import { buildContent } from '../../support/build-content.ts';
import { newPart, newRequest } from '../../support/new-request.ts';
import { openTestOutbox, temporaryFolder } from '../../support/sqlite-outbox.ts';

/** With all that a database, JSON or a C string may trip over. */
const text = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
  fc.constantFrom(
    '\0',
    'a\0b',
    "'; DROP TABLE part; --",
    '{"x":1}',
    '\ufeffa',
    '\u2028',
    '😀',
    'null',
    '1e3',
    ' ',
  ),
);
const values = fc.dictionary(
  text.filter((name) => name !== '__proto__'),
  fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null), fc.array(text, { maxLength: 3 })),
  { maxKeys: 4 },
);
const given = fc.record({
  name: text,
  subject: text,
  text,
  html: text,
  header: text,
  listTopic: text,
  callbackData: text,
  message: text,
  correlationId: text,
  reason: text,
  values,
  file: fc.uint8Array({ maxLength: 40 }),
});

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('the outbox on its disk', () => {
  let place: ReturnType<typeof temporaryFolder>;
  let outbox: Outbox;
  before(async () => {
    place = temporaryFolder();
    outbox = await openTestOutbox(place.folder, { maxWaiting: 1_000_000 });
  });
  after(async () => {
    await outbox.close();
    place.remove();
  });

  it('gives back, at the hand-over and after it, every text and byte as it was accepted', async () => {
    let count = 0;
    await fc.assert(
      fc.asyncProperty(given, async (one) => {
        count += 1;
        const address = `a${count}@example.net`;
        const content = buildContent({
          subject: one.subject,
          text: one.text,
          html: one.html,
          values: one.values,
          headers: [{ name: 'X-Any', value: one.header }],
          attachments: [{ filename: one.name, contentType: 'a/b', content: one.file }],
        });
        const { correlationId, subject } = one;
        const part = newPart(address, {
          to: { address, name: one.name },
          values: one.values,
          subject,
          correlationId,
        });
        const { listTopic, callbackData, message } = one;
        const request = newRequest([], { id: `r${count}`, content, listTopic, callbackData, message });
        await outbox.accept({ ...request, parts: [part] });
        const [entry, ...others] = await outbox.claim(10, 2000);
        assert.ok(entry && others.length === 0);
        assert.deepEqual(asJson(entry.part), asJson(part));
        assert.equal(entry.listTopic, listTopic);
        const kept = await outbox.content(entry.contentId);
        assert.deepEqual(Buffer.from(kept.attachments[0]?.content ?? []), Buffer.from(one.file));
        assert.deepEqual(
          asJson({ ...kept, attachments: kept.attachments.map(({ filename }) => filename) }),
          asJson({ ...content, attachments: [one.name] }),
        );
        const outcome = {
          partId: part.id,
          at: 3000,
          state: 'failed',
          code: 'x',
          reason: one.reason,
        } as const;
        await outbox.settle([{ ...outcome, attempted: true }]);
        const record = await outbox.find(part.id);
        assert.deepEqual(
          [record?.reason, record?.to.name, record?.callbackData, record?.correlationId],
          [one.reason, one.name, callbackData, correlationId],
        );
      }),
      { numRuns: 100 },
    );
  });
});
