import assert from 'node:assert/strict';
import { holdFailure } from '../../../nodes/lib/suppression/hold-failure.ts';
import type { Suppression } from '../../../nodes/lib/suppression/suppression-list.ts';
import { type HeldMail, holdReason } from '../../../nodes/lib/suppression/suppression-policy.ts';
import { memorySuppressionList } from '../../support/memory-suppression-list.ts';

const entry = (more: Partial<Suppression>): Suppression => ({
  address: 'a@a.example',
  cause: 'unsubscribe',
  method: 'page',
  at: 0,
  erased: false,
  ...more,
});

const entries = {
  complaint: entry({ cause: 'complaint' }),
  'complaint of news': entry({ cause: 'complaint', listTopic: 'news' }),
  'hard bounce': entry({ cause: 'hard-bounce' }),
  'unsubscribed from the app': entry({}),
  'erased, for the app': entry({ address: '', erased: true }),
  'soft bounce': entry({ cause: 'soft-bounce', expiresAt: 9000 }),
  'entered by hand': entry({ cause: 'manual' }),
  imported: entry({ cause: 'import' }),
  'whole domain': entry({ address: '@a.example', cause: 'manual' }),
  'domain with complaint': entry({ address: '@a.example', cause: 'complaint' }),
  'topic news': entry({ listTopic: 'news' }),
  'topic news by hand': entry({ cause: 'manual', listTopic: 'news' }),
  'topic offers': entry({ listTopic: 'offers' }),
} as const;

const mails: Record<string, HeldMail> = {
  'marketing for news': { messageClass: 'marketing', listTopic: 'news', sendAnyway: false },
  'marketing without topic': { messageClass: 'marketing', sendAnyway: false },
  transactional: { messageClass: 'transactional', sendAnyway: false },
  'transactional for news': { messageClass: 'transactional', listTopic: 'news', sendAnyway: false },
  'marketing for news, sent anyway': { messageClass: 'marketing', listTopic: 'news', sendAnyway: true },
  'transactional, sent anyway': { messageClass: 'transactional', sendAnyway: true },
};

/** One letter for each mail above, in that order: x is held. */
const table: Record<keyof typeof entries, string> = {
  complaint: 'xxxxxx',
  'complaint of news': 'xxxxxx',
  'hard bounce': 'xxxxxx',
  'unsubscribed from the app': 'xxxx--',
  'erased, for the app': 'xxxx--',
  'soft bounce': 'xxxx--',
  'entered by hand': 'xxxx--',
  imported: 'xxxx--',
  'whole domain': 'xxxx--',
  'domain with complaint': 'xxxxxx',
  'topic news': 'x-----',
  'topic news by hand': 'x-----',
  'topic offers': '------',
};

describe('holdReason', () => {
  for (const [name, outcomes] of Object.entries(table)) {
    for (const [index, [mailName, mail]] of Object.entries(mails).entries()) {
      const isHeld = outcomes[index] === 'x';
      it(`${isHeld ? 'holds' : 'lets go'}: ${name} × ${mailName}`, () => {
        const found = entries[name as keyof typeof entries];
        assert.equal(holdReason([found], mail), isHeld ? found : undefined);
      });
    }
  }

  it('names the entry of highest rank, whatever their order', () => {
    const ranked = [entries.complaint, entries['unsubscribed from the app'], entries['topic news']];
    const mail = mails['marketing for news'] as HeldMail;
    for (const [rank, expected] of ranked.entries()) {
      assert.equal(holdReason(ranked.slice(rank), mail), expected);
      assert.equal(holdReason(ranked.slice(rank).reverse(), mail), expected);
    }
    assert.equal(holdReason([], mail), undefined);
  });

  it('never sees an expired entry', async () => {
    const list = memorySuppressionList();
    await list.add([entries['soft bounce']]);
    const at = async (now: number) => (await list.find(['a@a.example'], now)).get('a@a.example') ?? [];
    const mail = mails.transactional as HeldMail;
    assert.ok(holdReason(await at(8999), mail));
    assert.equal(holdReason(await at(9000), mail), undefined);
  });
});

describe('holdFailure', () => {
  const codes: [Suppression['cause'], string][] = [
    ['unsubscribe', 'unsubscribed'],
    ['manual', 'unsubscribed'],
    ['import', 'unsubscribed'],
    ['hard-bounce', 'bounced'],
    ['soft-bounce', 'bounced'],
    ['complaint', 'complained'],
  ];
  for (const [cause, code] of codes) {
    it(`says ${code} for the cause ${cause}`, () => assert.equal(holdFailure(entry({ cause })).code, code));
  }

  it('tells scope and day, and nothing that was kept as evidence', () => {
    const held = entry({ listTopic: 'news', detail: 'phone', evidence: { ip: '192.0.2.1' } });
    const { message } = holdFailure(held);
    assert.match(message, /news, 1970-01-01/);
    assert.doesNotMatch(message, /phone|192/);
  });
});
