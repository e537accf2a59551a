import assert from 'node:assert/strict';
import fc from 'fast-check';
import { planCopies } from '../../../nodes/lib/outbound/plan-copies.ts';
import type { Recipient, SendRequest } from '../../../nodes/lib/request/send-fields.ts';

function recipients(...names: string[]): Recipient[] {
  return names.map((name) => ({ address: `${name}@example.net`, values: { name } }));
}

function requestTo(changes: Partial<SendRequest>): SendRequest {
  return {
    from: { address: 'shop@example.com' },
    to: recipients('ann'),
    cc: [],
    bcc: [],
    replyTo: [],
    subject: 'Hello',
    templated: true,
    values: {},
    attachments: [],
    headers: [],
    references: [],
    messageClass: 'transactional',
    priority: 'normal',
    copies: 'personal',
    ...changes,
  };
}

function plan(changes: Partial<SendRequest>, personal = false) {
  let id = 0;
  let messageId = 0;
  const { visibleTo, visibleCc, parts } = planCopies(
    requestTo(changes),
    personal,
    () => `id${++id}`,
    () => `m${++messageId}@x`,
  );
  const short = ({ address }: { address: string }) => address.slice(0, address.indexOf('@'));
  return {
    to: visibleTo?.map(short),
    cc: visibleCc.map(short),
    envelopes: parts.map((part) =>
      [part.recipients, part.riders].map((list) => list.map((address) => short({ address }))),
    ),
    parts,
  };
}

const many = { to: recipients('ann', 'bob'), cc: recipients('cy'), bcc: recipients('dee') };

describe('planCopies', () => {
  it('gives each To address a copy of its own, and lets Cc and Bcc ride on the first', () => {
    const { to, cc, envelopes, parts } = plan(many);
    assert.equal(to, undefined);
    assert.deepEqual(cc, ['cy']);
    assert.deepEqual(envelopes, [
      [['ann'], ['cy', 'dee']],
      [['bob'], []],
    ]);
    assert.deepEqual(
      parts.map(({ id, messageId }) => [id, messageId]),
      [
        ['id1', 'm1@x'],
        ['id2', 'm2@x'],
      ],
    );
    assert.deepEqual(
      parts.map(({ to: one }) => one),
      [{ address: 'ann@example.net' }, { address: 'bob@example.net' }],
    );
  });

  it('sends one message for all in one envelope', () => {
    const { to, cc, envelopes } = plan({ ...many, copies: 'together' });
    assert.deepEqual([to, cc], [['ann', 'bob'], ['cy']]);
    assert.deepEqual(envelopes, [
      [
        ['ann', 'bob'],
        ['cy', 'dee'],
      ],
    ]);
  });

  it('puts every reader of a mail with an unsubscribe link alone in an envelope', () => {
    const { cc, envelopes } = plan(many, true);
    assert.deepEqual(cc, ['cy']);
    assert.deepEqual(
      envelopes,
      ['ann', 'bob', 'cy', 'dee'].map((name) => [[name], []]),
    );
  });

  it('keeps the visible To of a mail with an unsubscribe link as it would have been', () => {
    assert.deepEqual(plan({ ...many, to: recipients('ann') }, true).to, ['ann']);
    assert.deepEqual(plan({ ...many, copies: 'together' }, true).to, ['ann', 'bob']);
    assert.equal(plan(many, true).to, undefined, 'subscribers must not see each other');
  });

  it('gives a Cc or Bcc copy the values of the first mail, unless it has its own', () => {
    const cc = [
      { address: 'cy@example.net', values: {} },
      { address: 'eve@example.net', values: { name: 'eve' } },
    ];
    assert.deepEqual(
      plan({ cc }, true).parts.map(({ values }) => values.name),
      ['ann', 'ann', 'eve'],
    );
  });

  it('falls back to the correlation id of the message', () => {
    const to = [{ address: 'a@example.net', values: {}, correlationId: 'own' }, ...recipients('bob')];
    assert.deepEqual(
      plan({ to, correlationId: 'all' }).parts.map((part) => part.correlationId),
      ['own', 'all'],
    );
  });

  it('reaches everybody exactly once and never shows a Bcc address', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 3, maxLength: 30 });
    const copies = fc.constantFrom('personal' as const, 'together' as const);
    fc.assert(
      fc.property(names, copies, fc.boolean(), fc.nat(), (list, how, personal, at) => {
        const cut = 1 + (at % (list.length - 2));
        const [to, cc, bcc] = [list.slice(0, cut), list.slice(cut, -1), list.slice(-1)];
        const planned = plan(
          { to: recipients(...to), cc: recipients(...cc), bcc: recipients(...bcc), copies: how },
          personal,
        );
        assert.deepEqual(planned.envelopes.flat(2).sort(), [...list].sort());
        assert(!planned.to?.includes(String(bcc[0])) && !planned.cc.includes(String(bcc[0])));
        assert(planned.parts.filter(({ riders }) => riders.length > 0).length <= 1);
      }),
    );
  });
});
