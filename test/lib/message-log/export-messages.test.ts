import assert from 'node:assert/strict';
import { type ExportFormat, exportMessages } from '../../../nodes/lib/message-log/export-messages.ts';
import type { MessageQuery } from '../../../nodes/lib/message-log/message-log.ts';
import { memoryOutbox } from '../../support/memory-outbox.ts';
import { newPart, newRequest } from '../../support/new-request.ts';

describe('exportMessages', () => {
  const notify = { url: 'https://shop.example/?secret' };
  const formula = '=HYPERLINK("https://bad.example")';

  async function exported(format: ExportFormat) {
    const outbox = memoryOutbox();
    const part = newPart('ann@a.example', { subject: formula, correlationId: '-7' });
    await outbox.accept({ ...newRequest([], { notify }), parts: [part] });
    const record = (await outbox.find('ann')) ?? assert.fail();
    const asked: MessageQuery[] = [];
    const told: number[] = [];
    const search = async (query: MessageQuery) => {
      asked.push(query);
      if (query.after === undefined) return { messages: [record], next: 'further' };
      return {
        messages: query.after === 'further' ? [] : [record],
        ...(query.after === 'further' && { next: 'end' }),
      };
    };
    const pieces = exportMessages({ search }, { limit: 3, states: ['queued'] }, format, (rows) =>
      told.push(rows),
    );
    let text = '';
    for await (const piece of pieces) text += piece;
    return { text, asked, told, record };
  }

  it('goes on to the last page, also over one that holds nothing', async () => {
    const { text, asked, told } = await exported('jsonl');
    assert.equal(text.trim().split('\n').length, 2);
    assert.deepEqual(
      asked.map(({ after, states }) => [after, states]),
      [undefined, 'further', 'end'].map((after) => [after, ['queued']]),
    );
    assert.deepEqual(told, [1, 1, 2]);
  });

  it('writes JSON as the mail is, but where it told of itself', async () => {
    const { text, record } = await exported('jsonl');
    const { notify: _, ...rest } = record;
    assert.deepEqual(JSON.parse(text.split('\n')[0] ?? ''), JSON.parse(JSON.stringify(rest)));
    assert.doesNotMatch(text, /secret/);
  });

  it('writes CSV that no spreadsheet takes for a formula', async () => {
    const { text } = await exported('csv');
    const [head, row] = text.split('\r\n');
    assert.equal(head?.split(',').length, 16);
    assert.match(String(row), /,"'=HYPERLINK\(""https:\/\/bad\.example""\)",/);
    assert.match(String(row), /,"'-7",/);
  });
});
