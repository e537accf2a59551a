import { EmailApp } from '../../nodes/lib/app/email-app.ts';
import type { SendOrder } from '../../nodes/lib/app/send-order.ts';
import { EmailError } from '../../nodes/lib/kernel/errors.ts';
import type { DkimSigner } from '../../nodes/lib/mail/dkim-signer.ts';
import type { PartRecord } from '../../nodes/lib/outbound/outbox.ts';
import type { SendFields } from '../../nodes/lib/request/send-fields.ts';
import type { AppSettings } from '../../nodes/lib/settings/app-settings.ts';
import type { OutgoingMail, Receipt, Transport } from '../../nodes/lib/transport/transport.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';
import { fixedKeys } from './fixed-keys.ts';
import { emptyMessageLog, memoryAccessLog } from './memory-access-log.ts';
import { memoryEventLog, memorySoftBounces } from './memory-event-log.ts';
import { memoryEventTally } from './memory-event-tally.ts';
import { memoryInboundQueue } from './memory-inbound-queue.ts';
import { memoryMailings } from './memory-mailings.ts';
import { memoryOutbox } from './memory-outbox.ts';
import { memorySuppressionList } from './memory-suppression-list.ts';
import { memoryWebhookQueue } from './memory-webhook-queue.ts';
import { sampleSettings } from './sample-settings.ts';

export type Answer = (mail: OutgoingMail) => Receipt | EmailError;

export const taken: Answer = ({ envelope }) => ({
  code: 'sent',
  accepted: envelope.to,
  refused: [],
  response: '250 Ok',
});

export interface StageOptions {
  readonly settings?: AppSettings;
  readonly clock?: FakeClock;
  readonly signer?: DkimSigner;
  /** Instead of the test's own answers. */
  readonly transport?: Transport;
}

/** A running app whose queue and list are in memory and whose route is the test's own. */
export function appStage(options: StageOptions = {}) {
  const { settings = sampleSettings(), clock = fakeClock(), signer } = options;
  const delivered: OutgoingMail[] = [];
  const troubles: EmailError[] = [];
  const suppressions = memorySuppressionList();
  const events = memoryEventLog(settings.name);
  const keys = fixedKeys();
  const inbound = memoryInboundQueue();
  const outbox = memoryOutbox({ maxWaiting: settings.delivery.maxWaiting });
  let answer = taken;
  let ids = 0;
  const app = new EmailApp({
    settings,
    outbox,
    mailings: memoryMailings(outbox),
    health: { trouble: undefined, probe: async () => {}, onChange() {} },
    setBack: async () => {},
    suppressions,
    events,
    tally: memoryEventTally(events),
    messageLog: emptyMessageLog,
    accessLog: memoryAccessLog(),
    softBounces: memorySoftBounces(),
    inbound,
    deliveries: { find: async (names) => names.map(() => undefined), note: async () => {} },
    webhooks: memoryWebhookQueue(1000, (event) => void events.append([event])),
    keys,
    signer,
    clock,
    random: () => 0.5,
    newId: () => `id${++ids}`,
    onTrouble: (trouble) => troubles.push(trouble),
    transport: options.transport ?? {
      async deliver(mail) {
        const result = answer(mail);
        if (result instanceof EmailError) throw result;
        delivered.push(mail);
        return result;
      },
      verify: async () => 'fine',
      close: async () => {},
    },
  });
  const results: PartRecord[] = [];
  app.onResult((record) => results.push(record));
  const send = (fields: SendFields, order: Partial<SendOrder> = {}) =>
    app.send({ requestId: `r${++ids}`, mode: 'message', fields, node: 'n1', reports: true, ...order });
  const setAnswer = (given: Answer): void => {
    answer = given;
  };
  return {
    app,
    clock,
    outbox,
    keys,
    suppressions,
    events,
    inbound,
    delivered,
    troubles,
    results,
    send,
    setAnswer,
  };
}
