/** An app's folder in; everything it keeps there out, opened once: its outbox, its suppression list, its keys. */
import type { SoftBounceTally } from '../event/automatic-suppression.ts';
import type { EventLog } from '../event/event-log.ts';
import type { InboundQueue } from '../inbound/inbound-queue.ts';
import type { NoticeBox } from '../inbound/ses/notice-box.ts';
import { openKeyRing, type RotatingKeyRing } from '../keys/open-key-ring.ts';
import type { KeyMemory } from '../keys/remembered-keys.ts';
import type { DeliveryRecords } from '../outbound/delivery-records.ts';
import type { Mailings } from '../outbound/mailings.ts';
import type { Outbox } from '../outbound/outbox.ts';
import type { SuppressionList } from '../suppression/suppression-list.ts';
import type { WebhookQueue } from '../webhook/webhook-queue.ts';
import { sqliteOutbox } from './open-sqlite-outbox.ts';
import { openStore, type Store, type StoreOptions } from './open-store.ts';
import { sqliteSoftBounces } from './soft-bounces.ts';
import { sqliteDeliveryRecords } from './sqlite-delivery-records.ts';
import { type EventOwner, sqliteEventLog } from './sqlite-event-log.ts';
import { sqliteInboundQueue } from './sqlite-inbound-queue.ts';
import { sqliteMailings } from './sqlite-mailings.ts';
import { sqliteNoticeBox } from './sqlite-notice-box.ts';
import { sqliteSuppressionList } from './sqlite-suppression-list.ts';
import { sqliteWebhookQueue } from './sqlite-webhook-queue.ts';
import type { StoreTrouble } from './store-health.ts';
import { tellingOutbox, tellingSuppressions, tellingWebhooks } from './telling-of-events.ts';

export interface AppStoreOptions extends StoreOptions {
  readonly randomBytes: (count: number) => Uint8Array;
  /** The text of keys.json, when the keys come from the environment. */
  readonly keysFromEnvironment?: string;
  /** All spellings of a mailbox are one person; false by default. */
  readonly foldAddresses?: boolean;
  /** Whose events these are. */
  readonly owner?: EventOwner;
}

export interface AppStore {
  readonly outbox: Outbox;
  readonly mailings: Mailings;
  readonly suppressions: SuppressionList;
  readonly events: EventLog;
  readonly softBounces: SoftBounceTally;
  readonly keys: RotatingKeyRing;
  readonly inbound: InboundQueue;
  readonly notices: NoticeBox;
  readonly deliveries: DeliveryRecords;
  readonly webhooks: WebhookQueue;
  readonly health: StoreTrouble;
  /** The clock was set back, seen or, by what is kept, not: what was put off by the old time is due by the new one. */
  setBack(now: number, isSeen: boolean): Promise<boolean>;
  /** Answers what was called; the outbox's own `close` is the same. */
  close(): Promise<void>;
}

/** Throws EmailError as `openStore` and `openKeyRing` do, and `wrong-key`. Keys are made under the lock of the store. */
export async function openAppStore(options: AppStoreOptions): Promise<AppStore> {
  const {
    randomBytes,
    keysFromEnvironment: fromEnvironment,
    foldAddresses,
    owner,
    ...storeOptions
  } = options;
  const store = await openStore(storeOptions);
  try {
    const { folder, now } = storeOptions;
    const memory: KeyMemory = {
      read: (name) => store.client.call('note.read', name),
      write: (name, value) => store.client.call('note.write', { name, value }),
    };
    const keys = await openKeyRing({ folder, now, randomBytes, fromEnvironment, memory });
    const events = sqliteEventLog(store, keys, owner ?? { appId: '', name: '' });
    const suppressions = await sqliteSuppressionList(store, keys, foldAddresses);
    const inbound = sqliteInboundQueue(store, folder);
    const notices = sqliteNoticeBox(store);
    const deliveries = sqliteDeliveryRecords(store);
    return {
      outbox: tellingOutbox(sqliteOutbox(store), events.appended),
      mailings: sqliteMailings(store, folder),
      suppressions: tellingSuppressions(suppressions, events.appended),
      events,
      softBounces: sqliteSoftBounces(store, keys),
      inbound,
      notices,
      deliveries,
      webhooks: tellingWebhooks(sqliteWebhookQueue(store, keys), events.appended),
      health: troubleOf(store),
      setBack: (now, isSeen) => store.client.call('clock.setBack', { now, isSeen }),
      keys,
      close: store.close,
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

function troubleOf({ client }: Store): StoreTrouble {
  const { health } = client;
  return {
    get trouble() {
      return health.trouble;
    },
    probe: () =>
      client.call('store.probe', undefined).then(
        () => health.mended(),
        () => {},
      ),
    onChange: (listener) => health.onChange(listener),
  };
}
