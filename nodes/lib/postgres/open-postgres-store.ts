/** Where a database is, and whose; everything an app keeps there out, shared with its other machines. */
import { join } from 'node:path';
import type { Clock } from '../kernel/clock.ts';
import type { EmailError } from '../kernel/errors.ts';
import type { RotatingKeyRing } from '../keys/open-key-ring.ts';
import { rowSeal } from '../keys/row-seal.ts';
import type { Outbox, PartRecord } from '../outbound/outbox.ts';
import { requireStaying } from '../store/move-mark.ts';
import type { AppStore } from '../store/open-app-store.ts';
import type { EventOwner } from '../store/sqlite-event-log.ts';
import { StoreHealth } from '../store/store-health.ts';
import { tellingOutbox, tellingSuppressions } from '../store/telling-of-events.ts';
import { addressHasher } from '../suppression/address-hasher.ts';
import { advisoryClaims } from './advisory-claims.ts';
import { joinInstances } from './instances.ts';
import { migrate } from './migrations.ts';
import { type DatabaseAddress, type OpenDatabase, openDatabase } from './open-database.ts';
import { openSharedKeys } from './open-shared-keys.ts';
import { recoverDead, type UnknownPolicy } from './outbox-recover.ts';
import { findRecords } from './outbox-reports.ts';
import type { OutboxRoom } from './outbox-room.ts';
import { postgresAccessLog } from './postgres-access-log.ts';
import { postgresDeliveryRecords } from './postgres-delivery-records.ts';
import { openEventLog } from './postgres-event-log.ts';
import { postgresEventTally } from './postgres-event-tally.ts';
import { openInboundQueue } from './postgres-inbound-queue.ts';
import { postgresMailings } from './postgres-mailings.ts';
import { postgresMessageLog } from './postgres-message-log.ts';
import { postgresNotes } from './postgres-notes.ts';
import { openNoticeBox } from './postgres-notice-box.ts';
import { postgresOutbox } from './postgres-outbox.ts';
import { postgresPace } from './postgres-pace.ts';
import { postgresSoftBounces } from './postgres-soft-bounces.ts';
import { postgresSuppressionList } from './postgres-suppression-list.ts';
import { openWebhookQueue } from './postgres-webhook-queue.ts';
import type { InstancePlace } from './recover-instances.ts';
import { setBack } from './set-back.ts';
import { troubleOf } from './trouble-of.ts';
import { forgetWebhooks } from './webhook-forgetting.ts';
import { whileFresh } from './while-fresh.ts';

export type PostgresStore = AppStore;

export interface PostgresStoreOptions {
  readonly address: DatabaseAddress;
  /** In the pool; a few more stand beside it. */
  readonly connections?: number;
  /** This process among those of the app: a UUID made at its start. */
  readonly instance: string;
  readonly owner: EventOwner;
  /** The app's own on this machine: its keys, and what it holds while it works on it. */
  readonly folder: string;
  readonly keysFromEnvironment?: string;
  readonly foldAddresses?: boolean;
  readonly unknown: UnknownPolicy;
  /** All machines together. */
  readonly maxWaiting: number;
  readonly maxInboundBytes: number;
  readonly clock: Clock;
  /** ms from anywhere, of a clock that nobody sets. */
  readonly elapsed: () => number;
  readonly randomBytes: (count: number) => Uint8Array;
  /** Of what works on beside the calls: the lease, mailings that cannot be read. */
  readonly onTrouble: (error: EmailError) => void;
}

/**
 * Throws EmailError `missing-package` (pg), `store-unavailable`, `store-newer`, and what `openKeyRing` and the suppression
 * list throw for keys that are not those of the store.
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<PostgresStore> {
  const health = new StoreHealth();
  const { address, clock, connections } = options;
  const database = await openDatabase({
    ...{ address, clock, connections },
    onFailure: (error) => health.failed(error),
  });
  try {
    await migrate(database);
    return await openShared(database, health, options);
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function openShared(
  database: OpenDatabase,
  health: StoreHealth,
  options: PostgresStoreOptions,
): Promise<PostgresStore> {
  const { clock, folder, randomBytes, keysFromEnvironment: fromEnvironment, owner } = options;
  const place: InstancePlace = { database, appId: owner.appId, instance: options.instance };
  const notes = postgresNotes(place);
  const stays = () => requireStaying(notes.readNote, database.name);
  await stays();
  const keys = await openSharedKeys(place, notes, { folder, now: clock.now(), randomBytes, fromEnvironment });
  const ports = await openPorts(place, keys, options);
  const takeovers = new Set<() => void>();
  const instance = await joinInstances(place, {
    ...options,
    async recover(dead) {
      await recoverDead(ports.room, dead, clock.now(), options.unknown);
      for (const { recoverDead } of [ports.webhooks, ports.inbound, ports.notices, ports.events])
        await recoverDead(dead);
      for (const listener of takeovers) listener();
    },
  });
  const close = async (): Promise<void> => {
    await instance.leave();
    for (const port of [ports.webhooks, ports.inbound, ports.events]) port.close();
    await ports.claims.close();
    await database.close();
  };
  // whoever moves the app away sees this instance from here on, or is seen by it
  await closeUnless(stays, close);
  const outbox = postgresOutbox(ports.room, notes, close);
  return {
    ...freshPorts(ports, outbox, () => instance.isFresh()),
    keys,
    pace: postgresPace(place),
    health: troubleOf(health, notes),
    onTakeover(listener) {
      takeovers.add(listener);
      return () => void takeovers.delete(listener);
    },
    setBack: (now, isSeen) => setBack(place, now, isSeen),
    close: outbox.close,
  };
}

async function closeUnless(isWell: () => Promise<void>, close: () => Promise<void>): Promise<void> {
  try {
    await isWell();
  } catch (error) {
    await close();
    throw error;
  }
}

type Ports = Awaited<ReturnType<typeof openPorts>>;

async function openPorts(place: InstancePlace, keys: RotatingKeyRing, options: PostgresStoreOptions) {
  const { clock, owner, foldAddresses, folder } = options;
  const room = outboxRoom(place, keys, options);
  const claims = advisoryClaims(place.database, place.appId, clock);
  const events = await openEventLog(place, {
    ...{ keys, owner, clock },
    find: (places) => findRecords(room, places),
  });
  const webhooks = openWebhookQueue(place, {
    keys,
    maxWaiting: options.maxWaiting,
    appended: events.appended,
  });
  const suppressions = await postgresSuppressionList(place, {
    ...{ keys, foldAddresses, claims, forget: forgetWebhooks },
    findMails: (tx, ids) => mailsOf({ ...room, database: { ...room.database, query: tx.query } }, ids),
  });
  const inbound = await openInboundQueue(place, {
    ...{ keys, folder: join(folder, 'reading') },
    maxBytes: options.maxInboundBytes,
  });
  return {
    ...{ room, claims, events, webhooks, inbound },
    suppressions: tellingSuppressions(suppressions, events.appended),
    notices: openNoticeBox(place, keys),
    mailings: postgresMailings(room),
    deliveries: postgresDeliveryRecords(room),
    softBounces: postgresSoftBounces(place, keys),
    tally: postgresEventTally(place, events.lookAgain),
    messageLog: postgresMessageLog(room),
    accessLog: postgresAccessLog(place),
  };
}

function outboxRoom(
  place: InstancePlace,
  keys: RotatingKeyRing,
  { maxWaiting, onTrouble }: PostgresStoreOptions,
): OutboxRoom {
  const hasher = addressHasher(keys.current('address-hash').secret);
  return {
    ...place,
    seal: rowSeal(keys, `${place.appId} outbox`),
    eventSeal: rowSeal(keys, `${place.appId} event`),
    personOf: (address) => hasher.hash(address).person,
    mailboxOf(address) {
      const { person, spelling = person } = hasher.hash(address);
      return spelling;
    },
    ...{ maxWaiting, onTrouble },
  };
}

async function mailsOf(room: OutboxRoom, ids: readonly string[]): Promise<PartRecord[]> {
  const found = await postgresDeliveryRecords(room).find(ids.map((key) => ({ key })));
  return found.flatMap((known) => (known ? [known.record] : []));
}

/** The list is read right before each hand-over: what cannot be read there goes out from nowhere. */
function freshPorts({ room, ...ports }: Ports, outbox: Outbox, isFresh: () => boolean) {
  const { webhooks, inbound, notices, suppressions, events } = ports;
  const { name } = room.database as OpenDatabase;
  const guarded = <Given extends unknown[], Result>(call: (...given: Given) => Promise<Result>) =>
    whileFresh(isFresh, name, call);
  return {
    ...ports,
    outbox: { ...tellingOutbox(outbox, events.appended), claim: guarded(outbox.claim) },
    suppressions: { ...suppressions, find: guarded(suppressions.find) },
    webhooks: { ...webhooks, claim: guarded(webhooks.claim) },
    inbound: { ...inbound, begin: guarded(inbound.begin) },
    notices: { ...notices, due: guarded(notices.due) },
  };
}
