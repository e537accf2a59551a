/** What comes from a flow, an import or a dialog: lists as CSV, rules, settings, messages. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readApiKeys } from '../../nodes/lib/api/api-keys.ts';
import { EmailError } from '../../nodes/lib/kernel/errors.ts';
import { formatKeys, parseKeys } from '../../nodes/lib/keys/stored-keys.ts';
import { messageFromSnapshot, messageSnapshot } from '../../nodes/lib/outbound/message-snapshot.ts';
import { linearPattern } from '../../nodes/lib/rule/linear-pattern.ts';
import { matchRules, readRules } from '../../nodes/lib/rule/match-rules.ts';
import { readAppSettings } from '../../nodes/lib/settings/read-app-settings.ts';
import { CsvReader, type CsvRow } from '../../nodes/lib/suppression/csv-reader.ts';
import { importSuppressions } from '../../nodes/lib/suppression/import-suppressions.ts';
import { readManageRequest } from '../../nodes/lib/suppression/manage-request.ts';
import { eventInMessage } from '../../nodes/lib/webhook/body/event-in-message.ts';
import { webexInbound } from '../../nodes/lib/webhook/body/webex-inbound.ts';
import { readWebhookSettings } from '../../nodes/lib/webhook/read-webhook-settings.ts';
import { memorySuppressionList } from '../support/memory-suppression-list.ts';
import { assertOneLine, type Door, jsonOf, unlessRefused } from './door.ts';
import { newRandom } from './mutate.ts';

const now = Date.UTC(2026, 10, 23, 12);

const csv: Door = {
  name: 'csv',
  words: [
    'address,topic,cause,at,reason,expires\n',
    'ann@example.net',
    '@example.org',
    'hard-bounce',
    '2026-01-01',
    '"',
    '""',
    '",',
    ',"',
    '\r\n',
    ';',
    '\t',
    "'=1+1",
  ],
  async check(input) {
    const text = input.toString('utf8');
    const whole = rowsOf([text]);
    assert.deepEqual(rowsOf(chunksOf(text, input)), whole, 'pieces do not matter');
    assert.deepEqual(rowsOf([...text]), whole, 'single characters do not matter');
    const list = memorySuppressionList();
    const report = await unlessRefused(() =>
      importSuppressions(bytesOf(input), { list, now, skipBadRows: true }),
    );
    if (!report) return;
    assert.ok(report.rows - report.bad >= report.added);
    for (const { line, reason } of report.badRows) {
      assert.ok(line >= 1);
      assertOneLine(reason);
    }
    for (const { address } of (await list.list({ limit: 1000 })).entries)
      assert.match(address, /^[!-~]*@[!-~]+$/);
  },
};

async function* bytesOf(input: Buffer): AsyncGenerator<Uint8Array> {
  yield input;
}

function rowsOf(pieces: readonly string[]): readonly (CsvRow | string)[] {
  const rows: (CsvRow | string)[] = [];
  try {
    const reader = new CsvReader();
    for (const piece of pieces) rows.push(...reader.push(piece));
    rows.push(...reader.end());
  } catch (thrown) {
    assert.ok(thrown instanceof EmailError);
    return [thrown.code];
  }
  return rows;
}

/** Cut at places that follow from the input. */
function chunksOf(text: string, input: Buffer): string[] {
  const random = newRandom(createHash('sha256').update(input).digest().readUInt32LE());
  const chunks: string[] = [];
  for (let at = 0; at < text.length; ) {
    const end = at + 1 + random(200);
    chunks.push(text.slice(at, end));
    at = end;
  }
  return chunks;
}

/** The first line is the pattern, the rest what it is tried on. */
const patterns: Door = {
  name: 'patterns',
  words: [
    '(?:',
    '(?<n>',
    '|',
    '*?',
    '+',
    '{2,3}',
    '[^a-z]',
    '\\d',
    '\\b',
    '\\B',
    '\\p{L}',
    '\\u{1f600}',
    '\\ud83d\\ude00',
    '^',
    '$',
    '.',
    '(?=',
    '\\1',
    '\\k<n>',
    '[\\]]',
  ],
  check(input) {
    const [source = '', ...rest] = input.toString('utf8').split('\n');
    // JavaScript's own engine, which is asked too, needs ever longer
    if (source.length > 40) return;
    const text = rest.join('\n').slice(0, 12);
    const refuse = (why: string) => new EmailError('bad-rule', { field: 'value', detail: { why } });
    for (const ignoreCase of [true, false]) {
      let matches: (text: string) => boolean;
      try {
        matches = linearPattern(source, { ignoreCase, refuse });
      } catch (thrown) {
        assert.ok(thrown instanceof EmailError);
        return;
      }
      const own = new RegExp(source, ignoreCase ? 'iu' : 'u');
      if (!source.includes('\\B')) assert.equal(matches(text), own.test(text));
    }
  },
};

const settings: Door = {
  name: 'settings',
  words: [
    '"appId":"app00001"',
    '"identity":"example.com"',
    '"route":"smtp"',
    '"host":"mx.example"',
    '"port":587',
    '"take":"all"',
    '"rules":[',
    '"match":"all"',
    '"conditions":[',
    '{"property":"email.from.address","operator":"is","value":"x"}',
    '"operator":"matches-regex"',
    '"operator":"matches-schema"',
    '"$ref":"#"',
    '"action":"add"',
    '"address":"ann@example.net"',
    '"allowedSenders":"@example.org"',
    '"templates":[{"id":"t","subject":"{{x}}"}]',
    '"url":"https://x.example"',
    '"secret":"whsec_"',
  ],
  async check(input) {
    const text = input.toString('utf8');
    const stored = parseKeys(text);
    // those of older files are filled up before they are written
    const isFull = stored && Object.values(stored).every(({ length }) => length > 0);
    if (isFull) assert.deepEqual(parseKeys(formatKeys(stored)), stored);
    const given = jsonOf(text);
    const record = typeof given === 'object' && given !== null ? (given as Record<string, unknown>) : {};
    await unlessRefused(() => readAppSettings(record, record));
    await unlessRefused(() => readWebhookSettings(record, record));
    await unlessRefused(() => readManageRequest(given));
    await unlessRefused(() => readApiKeys(given, () => 'k'.repeat(40)));
    const rules = await unlessRefused(() => readRules(given, 'rules'));
    if (rules) matchRules(rules, { email: { from: { address: 'x' } }, payload: record });
  },
};

const messages: Door = {
  name: 'messages',
  words: [
    '"email":',
    '"payload":',
    '"type":"email.bounced"',
    '"id":"i"',
    '"app":"a"',
    '"at":1',
    '"kind":"mail"',
    '"from":{"address":"a@b.cd"}',
    '"attachments":[{"filename":"x"}]',
    '"_msgid":"m"',
    '"req":',
  ],
  check(input) {
    const given = withoutMinusZero(jsonOf(input.toString('utf8')));
    const email = given && typeof given === 'object' ? (given as { email?: unknown }).email : undefined;
    eventInMessage(email);
    webexInbound(email, now, 'Europe/Berlin');
    if (!given || typeof given !== 'object' || Array.isArray(given)) return;
    const message = given as Record<string, unknown>;
    const kept = messageFromSnapshot(messageSnapshot(message));
    for (const [name, value] of Object.entries(kept)) assert.deepEqual(value, message[name]);
    assert.equal(messageSnapshot(kept), messageSnapshot(message));
  },
};

/** JSON writes it as zero. */
function withoutMinusZero(value: unknown): unknown {
  if (value === 0) return 0;
  if (Array.isArray(value)) return value.map(withoutMinusZero);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withoutMinusZero(one)]));
}

export const ownerDoors: readonly Door[] = [csv, patterns, settings, messages];
