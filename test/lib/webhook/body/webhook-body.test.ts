import assert from 'node:assert/strict';
import type { EmailEvent } from '../../../../nodes/lib/event/event-log.ts';
import { type WebhookOrder, webhookBody } from '../../../../nodes/lib/webhook/body/webhook-body.ts';
import type { WebhookFormat } from '../../../../nodes/lib/webhook/webhook-settings.ts';
import { assertRefused } from '../../../support/assert-refused.ts';

const event: EmailEvent = {
  id: 'app-1-2',
  type: 'email.bounced',
  at: Date.UTC(2026, 0, 5, 12),
  app: 'shop',
  emailId: 'mail-7',
  recipient: 'ann@example.com',
  detail: { severity: 'hard' },
  notify: { url: 'https://example.com/?token=secret' },
};
const ofEvent: WebhookOrder = { kind: 'event', event };
const other: WebhookOrder = {
  kind: 'other',
  type: 'order.paid',
  data: { total: 3 },
  at: Date.UTC(2026, 0, 5, 12),
  subject: 'order-1',
};
const standard: WebhookFormat = { kind: 'standard' };

describe('webhookBody, standard', () => {
  it('is type, timestamp and the event, without where its receipts go', () => {
    assert.deepEqual(webhookBody(ofEvent, standard), {
      id: 'app-1-2',
      type: 'email.bounced',
      subject: 'mail-7',
      person: 'ann@example.com',
      body: '{"type":"email.bounced","timestamp":"2026-01-05T12:00:00.000Z","data":{"id":"app-1-2","type":"email.bounced","at":1767614400000,"app":"shop","emailId":"mail-7","recipient":"ann@example.com","detail":{"severity":"hard"}}}',
    });
  });

  it('names whom it is about: who wrote a received mail, or gets the one that was sent', () => {
    const personOf = (order: WebhookOrder) => webhookBody(order, standard)?.person;
    const message = { email: { from: { address: 'eve@example.com' } } };
    assert.equal(personOf({ ...other, message }), 'eve@example.com');
    assert.equal(personOf({ ...other, message: { email: { from: 'no address' } } }), undefined);
    assert.equal(personOf(other), undefined);
    const event = ofEvent.kind === 'event' ? ofEvent.event : assert.fail();
    const received = { ...event, type: 'inbound.received', from: 'eve@example.com' } as const;
    assert.equal(personOf({ kind: 'event', event: received }), 'eve@example.com');
  });

  it('is type, timestamp and data of another message, whose id is made later', () => {
    assert.deepEqual(webhookBody(other, standard), {
      type: 'order.paid',
      subject: 'order-1',
      body: '{"type":"order.paid","timestamp":"2026-01-05T12:00:00.000Z","data":{"total":3}}',
    });
  });

  it('refuses what cannot be posted', async () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    const refused = (change: object, field: string) =>
      assertRefused(() => webhookBody({ ...other, ...change }, standard), 'bad-webhook', field);
    await refused({ data: undefined }, 'data');
    await refused({ data: () => 1 }, 'data');
    await refused({ data: circle }, 'data');
    await refused({ data: 10n }, 'data');
    await refused({ type: '' }, 'type');
    await refused({ type: ' ' }, 'type');
    await refused({ type: undefined }, 'type');
    await refused({ type: 'a\r\nb' }, 'type');
    await refused({ type: 'a'.repeat(257) }, 'type');
    await refused({ at: Number.NaN }, 'at');
    await refused({ data: 'é'.repeat(2_500_000) }, 'body');
  });

  it('refuses an event whose id a flow changed into what no header takes', async () => {
    for (const id of ['', 'a b', 'a\r\nx: y', 'a'.repeat(129), 7 as unknown as string]) {
      const order: WebhookOrder = { kind: 'event', event: { ...event, id } };
      await assertRefused(() => webhookBody(order, standard), 'bad-webhook', 'id');
    }
  });
});

describe('webhookBody, reference format', () => {
  const webex: WebhookFormat = { kind: 'webex', hash: 'sha256', timeZone: 'UTC' };

  it('keeps id and subject of an event', () => {
    const { body, ...about } = webhookBody(ofEvent, webex) ?? {};
    assert.deepEqual(about, {
      id: 'app-1-2',
      type: 'email.bounced',
      subject: 'mail-7',
      person: 'ann@example.com',
    });
    assert.match(body ?? '', /^\{"deliveryInfoNotification":/);
  });

  it('is none for what has no counterpart there', () => {
    assert.equal(webhookBody({ kind: 'event', event: { ...event, type: 'email.queued' } }, webex), undefined);
    assert.equal(webhookBody(other, webex), undefined);
  });

  it('does not call a received mail by its subject', () => {
    const email = { kind: 'mail', from: { address: 'ann@example.com' }, receivedAt: 0 };
    const made = webhookBody({ ...other, type: '', message: { email } }, webex);
    assert.equal(made?.type, 'inbound.received');
  });
});

describe('webhookBody, template', () => {
  const made = (template: unknown, order: WebhookOrder = ofEvent): unknown =>
    JSON.parse(webhookBody(order, { kind: 'template', template })?.body ?? 'null');

  it('puts values for placeholders, raw where there is nothing else', () => {
    const message = { topic: 't', payload: { items: [{ name: 'pen', price: 1.5 }], none: null, yes: true } };
    const template = {
      text: '{{event.recipient}}: {{ type }} at {{timestamp}}',
      list: [
        '{{msg.payload.items}}',
        '{{msg.payload.items.0.price}}',
        '{{msg.payload.none}}',
        1,
        null,
        false,
      ],
      inner: { both: '{{data.id}}{{msg.payload.yes}}', plain: 'no {placeholder}' },
    };
    assert.deepEqual(made(template, { ...ofEvent, message }), {
      text: 'ann@example.com: email.bounced at 2026-01-05T12:00:00.000Z',
      list: [[{ name: 'pen', price: 1.5 }], 1.5, null, 1, null, false],
      inner: { both: 'app-1-2true', plain: 'no {placeholder}' },
    });
  });

  it('escapes values: none of them adds a member', () => {
    const message = { payload: '","admin":true,"x":"' };
    assert.deepEqual(made({ a: 'b {{msg.payload}}' }, { ...other, message }), {
      a: 'b ","admin":true,"x":"',
    });
  });

  it('does not fill a placeholder that a value brought', () => {
    const message = { payload: '{{type}}' };
    assert.deepEqual(made({ a: '{{msg.payload}}', b: '- {{msg.payload}}' }, { ...other, message }), {
      a: '{{type}}',
      b: '- {{type}}',
    });
  });

  it('names the missing value and its place', async () => {
    const template = { list: [{ 'odd key': 'x {{msg.payload.gone}}' }] };
    const refused = await assertRefused(
      () => made(template, { ...other, message: { payload: {} } }),
      'missing-substitution',
      'template.list[0]["odd key"]',
    );
    assert.match(refused.message, /\{\{msg\.payload\.gone\}\}/);
  });

  it('reads own members only', async () => {
    for (const path of [
      'constructor',
      '__proto__',
      'data.__proto__',
      'data.constructor.name',
      'type.length',
      'event.notify.url',
    ]) {
      await assertRefused(() => made({ a: `{{${path}}}` }), 'missing-substitution', 'template.a');
    }
  });

  it('keeps a member of the template that is called __proto__', () => {
    const template = JSON.parse('{"__proto__":{"a":"{{type}}"}}');
    assert.equal(
      webhookBody(other, { kind: 'template', template })?.body,
      '{"__proto__":{"a":"order.paid"}}',
    );
  });

  it('refuses records among text, and what no JSON has', async () => {
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    const message = { list: [1], circle, big: 10n, text: () => 1 };
    const refused = (text: string, code: string, field: string) =>
      assertRefused(() => made({ a: text }, { ...other, message }), code, field);
    await refused('x {{msg.list}}', 'bad-webhook', 'template.a');
    await refused('{{msg.circle}}', 'bad-webhook', 'template');
    await refused('{{msg.big}}', 'bad-webhook', 'template');
    await refused('{{msg.text}}', 'missing-substitution', 'template.a');
  });
});
