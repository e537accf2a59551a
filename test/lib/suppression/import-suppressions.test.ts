import assert from 'node:assert/strict';
import fc from 'fast-check';
import { exportSuppressions } from '../../../nodes/lib/suppression/export-suppressions.ts';
import {
  type ImportOptions,
  importSuppressions,
} from '../../../nodes/lib/suppression/import-suppressions.ts';
import { assertRefused } from '../../support/assert-refused.ts';
import { memorySuppressionList } from '../../support/memory-suppression-list.ts';

const now = Date.UTC(2026, 10, 23);

describe('importSuppressions', () => {
  let list: ReturnType<typeof memorySuppressionList>;
  beforeEach(() => {
    list = memorySuppressionList();
  });

  const read = (text: string | readonly (string | Uint8Array)[], options: Partial<ImportOptions> = {}) =>
    importSuppressions(pieces(typeof text === 'string' ? [text] : text), { list, now, ...options });
  const everyone = async () => (await list.list({ limit: 10_000 })).entries;
  const addresses = async () => (await everyone()).map(({ address }) => address);

  it('reads every column', async () => {
    const report = await read(
      'reason,At,EMAIL,ignored,topic,cause,expires\n' +
        '"asked, ""twice""",2026-11-01T10:00:00Z,Ann@A.example,x,news,manual,2027-01-01\n',
    );
    assert.deepEqual(report, { imported: true, rows: 1, added: 1, erased: 0, bad: 0, badRows: [] });
    assert.deepEqual(await everyone(), [
      {
        address: 'Ann@a.example',
        listTopic: 'news',
        cause: 'manual',
        method: 'import',
        at: Date.UTC(2026, 10, 1, 10),
        detail: 'asked, "twice"',
        expiresAt: Date.UTC(2027, 0, 1),
        erased: false,
      },
    ]);
  });

  it('takes address, topic, cause, at and reason in this order when there is no header', async () => {
    await read('a@a.example,news,complaint,1763900000,told us\nb@a.example\n');
    const [first, second] = await everyone();
    assert.deepEqual(
      [first?.listTopic, first?.cause, first?.at, first?.detail],
      ['news', 'complaint', 1_763_900_000_000, 'told us'],
    );
    assert.deepEqual([second?.listTopic, second?.cause, second?.at], [undefined, 'import', now]);
  });

  const texts: Record<string, string> = {
    'line feeds': 'a@a.example\nb@a.example\n',
    'carriage returns': 'a@a.example\r\nb@a.example\r\n',
    'no last line end': 'a@a.example\nb@a.example',
    'a quoted last line without end': 'a@a.example\n"b@a.example"',
    'a byte order mark': '\ufeffemail\na@a.example\nb@a.example',
    'blank lines': '\n\na@a.example\n\r\n\nb@a.example\n\n',
    semicolons: 'email;reason\na@a.example;"x;y"\nb@a.example;z',
    tabs: 'email\treason\na@a.example\tx,y\nb@a.example\tz',
    'line breaks in quotation marks': 'x,email\n"one\ntwo",a@a.example\n"one\r\n""two""",b@a.example\n',
    'a quoted header': '"email","reason"\n"a@a.example","x"\n"b@a.example",""\n',
  };
  for (const [what, text] of Object.entries(texts)) {
    it(`reads ${what}, wherever the pieces end`, async () => {
      const bytes = Buffer.from(text);
      for (const size of [1, 2, 3, 7, bytes.length]) {
        list = memorySuppressionList();
        await read(cut(bytes, size));
        assert.deepEqual(await addresses(), ['a@a.example', 'b@a.example'], `pieces of ${size}`);
      }
    });
  }

  it('reads whole domains and guarded cells', async () => {
    await read(`email\n@a.example\n"'@b.example"\n'-c@a.example\n'd@a.example\n`);
    assert.deepEqual(await addresses(), ['@a.example', '@b.example', '-c@a.example', "'d@a.example"]);
  });

  const badRows: [row: string, code: string, field?: string][] = [
    ['no address', 'bad-address', 'address'],
    ['', 'bad-address', 'address'],
    ['a@a.example;b@a.example', 'bad-address', 'address'],
    ['@', 'bad-address', 'address'],
    ['@localhost', 'bad-address', 'address'],
    ['=cmd()@a.example|calc', 'bad-address', 'address'],
    [`${'a'.repeat(65)}@a.example`, 'address-too-long', 'address'],
    ['a@a.example,a topic', 'wrong-type', 'topic'],
    ['a@a.example,,spam', 'wrong-type', 'cause'],
    ['a@a.example,,,yesterday', 'bad-time', 'at'],
    ['a@a.example,,,2026-02-30', 'bad-time', 'at'],
    ['a@a.example,,,2026-11-24', 'bad-time', 'at'],
    ['a@a.example,,,,"one\ntwo"', 'unsafe-characters', 'reason'],
    [`a@a.example,,,,${'x'.repeat(1001)}`, 'wrong-type', 'reason'],
    ['a@a.example,,unsubscribe,,,2027-01-01', 'bad-time', 'expiresAt'],
    ['a@a.example,"x"y', 'bad-csv'],
    ['a@a.example,x"y"', 'bad-csv'],
  ];
  for (const [row, code, field] of badRows) {
    it(`refuses the row ${JSON.stringify(row.slice(0, 50))} with its line`, async () => {
      const text = `address,topic,cause,at,reason,expires\na@a.example\n"b@a.example"\n${row || ',x'}\nc@a.example\n`;
      const report = await read(text);
      assert.deepEqual([report.imported, report.rows, report.added, report.bad], [false, 4, 0, 1]);
      assert.deepEqual(
        report.badRows.map(({ reason: _reason, ...bad }) => bad),
        [{ line: 4, code, field }],
      );
      assert.equal(await list.count(), 0);
    });
  }

  it('skips bad rows when it may', async () => {
    const report = await read('a@a.example\nnobody\nb@a.example\n', { skipBadRows: true });
    assert.deepEqual([report.imported, report.rows, report.added, report.bad], [true, 3, 2, 1]);
    assert.deepEqual(await addresses(), ['a@a.example', 'b@a.example']);
  });

  it('keeps the first 1,000 bad rows and counts them all', async () => {
    const report = await read('nobody\n'.repeat(2500));
    assert.deepEqual([report.bad, report.badRows.length, report.badRows.at(-1)?.line], [2500, 1000, 1000]);
  });

  it('counts the lines of a row that spans several', async () => {
    const report = await read('x,email\n"one\ntwo\nthree",a@a.example\nx,nobody\n');
    assert.deepEqual(
      report.badRows.map(({ line }) => line),
      [5],
    );
  });

  it('counts an entry once that comes twice or was there', async () => {
    await read('a@a.example\n');
    const report = await read('A@A.example\nb@a.example\nb@a.example\n');
    assert.deepEqual([report.rows, report.added], [3, 1]);
  });

  it('checks without importing in a dry run', async () => {
    const report = await read('a@a.example\nnobody\n', { dryRun: true, skipBadRows: true });
    assert.deepEqual([report.imported, report.rows, report.added, report.bad], [false, 2, 0, 1]);
    assert.equal(await list.count(), 0);
  });

  it('tells how far it is', async () => {
    const told: string[] = [];
    await read('a@a.example\n'.repeat(2500), {
      onProgress: ({ phase, rows }) => told.push(`${phase} ${rows}`),
    });
    assert.deepEqual(told, ['reading 1000', 'reading 2000', 'reading 2500']);
  });

  it('imports nothing when the source fails half-way, and can be run again', async () => {
    async function* broken() {
      yield 'a@a.example\n'.repeat(1500);
      throw new Error('the disk is gone');
    }
    await assert.rejects(importSuppressions(broken(), { list, now }), /the disk is gone/);
    assert.equal(await list.count(), 0);
    assert.equal((await read('a@a.example\n')).added, 1);
  });

  it('refuses what is not UTF-8, and a quotation mark that is never closed', async () => {
    await assertRefused(() => read(['a@a.example\n', Buffer.from([0xff, 0xfe, 0x61, 0])]), 'bad-csv');
    await assertRefused(() => read([Buffer.from('a@a.example\nb\xfc', 'latin1')]), 'bad-csv');
    const open = await assertRefused(() => read('a@a.example\n"b@a.example\n'), 'bad-csv');
    assert.equal(open.detail.line, 2);
    await assertRefused(() => read(`a@a.example${','.repeat(70_000)}\n`), 'bad-csv');
    await assertRefused(() => read(['a@a.example\n"', ...Array(100).fill('x'.repeat(1000))]), 'bad-csv');
    assert.equal(await list.count(), 0);
  });

  it('passes on that the list cannot be written', async () => {
    list.fail();
    await assertRefused(() => read('a@a.example\n'), 'store-unavailable');
  });

  it('reads any text without failing in an unforeseen way', async () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('"', '\n', ',', '\r\n', 'a@a.example'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (texts) => {
        const outcome = await read(texts, { dryRun: true }).catch((error) => error.code);
        assert.ok(outcome === 'bad-csv' || outcome.bad <= outcome.rows, String(outcome));
      }),
      { numRuns: 300 },
    );
  });
});

describe('exportSuppressions', () => {
  const collect = async (list: ReturnType<typeof memorySuppressionList>) => {
    const parts: string[] = [];
    for await (const part of exportSuppressions(list)) parts.push(part);
    return parts;
  };

  it('writes no cell that a spreadsheet takes for a formula', async () => {
    const list = memorySuppressionList();
    const details = ['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\r=x', "'=1", 'a,b', 'say "hi"', 'plain'];
    await list.add(
      details.map((detail, n) => ({
        address: `a${n}@a.example`,
        cause: 'import',
        method: 'import',
        at: now,
        detail,
      })),
    );
    await list.add([{ address: '@a.example', cause: 'manual', method: 'api', at: now, listTopic: 'news' }]);
    const text = (await collect(list)).join('');
    assert.ok(text.startsWith('\ufeffaddress,topic,cause,method,at,reason,expires\r\n'));
    const cells = text
      .slice(1)
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/));
    for (const cell of cells.flat()) assert.doesNotMatch(cell, /^"?[=+\-@\t\r]/);
    assert.equal(cells[1]?.[5], `"'=1+1"`);
    assert.equal(cells.at(-1)?.[0], `"'@a.example"`);
  });

  it('gives pages, and leaves out who was erased', async () => {
    const list = memorySuppressionList();
    const addresses = Array.from({ length: 2500 }, (_, n) => `a${n}@a.example`);
    await list.add(addresses.map((address) => ({ address, cause: 'import', method: 'import', at: now })));
    await list.erase('a7@a.example', now);
    const parts = await collect(list);
    assert.equal(parts.length, 4);
    assert.equal(parts.join('').trimEnd().split('\r\n').length, 2500);
  });

  it('comes back by importing it', async () => {
    const local = fc.stringMatching(/^[a-z0-9'=+-][a-z0-9'=+-]{0,8}$/);
    const entry = fc.record({
      address: fc.oneof(
        local.map((name) => `${name}@a.example`),
        fc.constant('@b.example'),
      ),
      listTopic: fc.option(fc.stringMatching(/^[\w.-]{1,8}$/), { nil: undefined }),
      cause: fc.constantFrom('unsubscribe', 'complaint', 'import'),
      method: fc.constant('import'),
      at: fc.integer({ min: 1e12, max: now }),
      detail: fc.option(fc.stringMatching(/^[=+'"@,;a-z-][a-z ",;'\n=]{0,9}$/), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 10 }), async (entries) => {
        const from = memorySuppressionList();
        await from.add(entries as never);
        const to = memorySuppressionList();
        const report = await importSuppressions(pieces(await collect(from)), { list: to, now });
        assert.deepEqual(report.badRows, []);
        const plain = async (list: typeof from) =>
          (await list.list({ limit: 100 })).entries.map((one) => ({
            ...one,
            expiresAt: undefined,
            detail: one.detail?.replace(/\n+/g, ' ').trim() || undefined,
          }));
        assert.deepEqual(await plain(to), await plain(from));
      }),
      { numRuns: 200 },
    );
  });
});

async function* pieces(texts: readonly (string | Uint8Array)[]) {
  yield* texts;
}

function cut(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
    bytes.subarray(n * size, (n + 1) * size),
  );
}
