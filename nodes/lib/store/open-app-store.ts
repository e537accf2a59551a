/** An app's folder in; everything it keeps there out, opened once: its outbox, its suppression list, its keys. */
import type { SoftBounceTally } from '../event/automatic-suppression.ts';
import type { EventLog } from '../event/event-log.ts';
import type { InboundQueue } from '../inbound/inbound-queue.ts';
import type { NoticeBox } from '../inbound/ses/notice-box.ts';
import type { Claims } from '../kernel/claims.ts';
import { openKeyRing, type RotatingKeyRing } from '../keys/open-key-ring.ts';
import type { KeyMemory } from '../keys/remembered-keys.ts';
import { rowSeal } from '../keys/row-seal.ts';
import type { AccessLog } from '../message-log/access-log.ts';
import type { EventTally } from '../message-log/event-tally.ts';
import type { MessageLog } from '../message-log/message-log.ts';
import type { DeliveryRecords } from '../outbound/delivery-records.ts';
import type { Mailings } from '../outbound/mailings.ts';
import type { Outbox } from '../outbound/outbox.ts';
import type { Pace } from '../outbound/pace.ts';
import type { SuppressionList } from '../suppression/suppression-list.ts';
import type { WebhookQueue } from '../webhook/webhook-queue.ts';
import { requireStaying } from './move-mark.ts';
import { sqliteOutbox } from './open-sqlite-outbox.ts';
import { openStore, type Store, type StoreOptions } from './open-store.ts';
import { sqliteSoftBounces } from './soft-bounces.ts';
import { sqliteAccessLog } from './sqlite-access-log.ts';
import { sqliteDeliveryRecords } from './sqlite-delivery-records.ts';
import { type EventOwner, sqliteEventLog } from './sqlite-event-log.ts';
import { sqliteEventTally } from './sqlite-event-tally.ts';
import { sqliteInboundQueue } from './sqlite-inbound-queue.ts';
import { sqliteMailings } from './sqlite-mailings.ts';
import { sqliteMessageLog } from './sqlite-message-log.ts';
import { sqliteNoticeBox } from './sqlite-notice-box.ts';
import { sqliteSuppressionList } from './sqlite-suppression-list.ts';
import { sqliteWebhookQueue } from './sqlite-webhook-queue.ts';
import type { StoreTrouble } from './store-health.ts';
import { tellingOutbox, tellingSuppressions, tellingWebhooks } from './telling-of-events.ts';
import { rotatingWith, unlockRows } from './unlock-rows.ts';

export interface AppStoreOptions extends StoreOptions {
  readonly randomBytes: (count: number) => Uint8Array;
  /** The text of keys.json, when the keys come from the environment. */
  readonly keysFromEnvironment?: string;
  /** All spellings of a mailbox are one person; false by default. */
  readonly foldAddresses?: boolean;
  /** Whose events and rows these are. */
  readonly owner?: EventOwner;
}

export interface AppStore {
  readonly outbox: Outbox;
  readonly mailings: Mailings;
  readonly suppressions: SuppressionList;
  readonly events: EventLog;
  readonly tally: EventTally;
  readonly softBounces: SoftBounceTally;
  readonly keys: RotatingKeyRing;
  readonly inbound: InboundQueue;
  readonly notices: NoticeBox;
  readonly deliveries: DeliveryRecords;
  readonly webhooks: WebhookQueue;
  readonly messageLog: MessageLog;
  readonly accessLog: AccessLog;
  /** What several machines share; undefined where there is one, as with a file. */
  readonly claims?: Claims;
  readonly pace?: Pace;
  /** Another machine ended, and results that its flows have not had are ours now; the returned function ends it. */
  onTakeover?(listener: () => void): () => void;
  readonly health: StoreTrouble;
  /** The clock was set back, seen or, by what is kept, not: what was put off by the old time is due by the new one. */
  setBack(now: number, isSeen: boolean): Promise<boolean>;
  /** Answers what was called; the outbox's own `close` is the same. */
  close(): Promise<void>;
}

const nobody: EventOwner = { appId: '', name: '' };

/** Throws EmailError as `openStore` and `openKeyRing` do, and `wrong-key`. Keys are made under the lock of the store. */
export async function openAppStore(options: AppStoreOptions): Promise<AppStore> {
  const {
    randomBytes,
    keysFromEnvironment: fromEnvironment,
    foldAddresses,
    owner = nobody,
    ...storeOptions
  } = options;
  const store = await openStore(storeOptions);
  try {
    const { folder, now } = storeOptions;
    const memory = memoryOf(store);
    await requireStaying(memory.read, folder);
    const ring = await openKeyRing({ folder, now, randomBytes, fromEnvironment, memory });
    const { appId } = owner;
    const keys = rotatingWith(store, ring, appId);
    await unlockRows(store, keys, appId);
    const events = sqliteEventLog(store, keys, owner);
    const suppressions = await sqliteSuppressionList(store, keys, foldAddresses);
    const inbound = sqliteInboundQueue(store, folder);
    const notices = sqliteNoticeBox(store);
    const deliveries = sqliteDeliveryRecords(store);
    return {
      outbox: tellingOutbox(sqliteOutbox(store), events.appended),
      mailings: sqliteMailings(store, folder, rowSeal(keys, appId)),
      suppressions: tellingSuppressions(suppressions, events.appended),
      events,
      tally: sqliteEventTally(store),
      softBounces: sqliteSoftBounces(store, keys),
      inbound,
      notices,
      deliveries,
      webhooks: tellingWebhooks(sqliteWebhookQueue(store, keys), events.appended),
      messageLog: sqliteMessageLog(store),
      accessLog: sqliteAccessLog(store),
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

function memoryOf({ client }: Store): KeyMemory {
  return {
    read: (name) => client.call('note.read', name),
    write: (name, value) => client.call('note.write', { name, value }),
  };
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
