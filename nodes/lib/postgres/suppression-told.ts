/** Changes of the suppression list come in; the events that tell of them are written in the same transaction. */
import type { NewEvent } from '../event/event-log.ts';
import { mailFacts } from '../event/mail-facts.ts';
import type { PartRecord } from '../outbound/outbox.ts';
import {
  type GoneEntry,
  mailOfRemoval,
  newsOfEntry,
  newsOfImport,
  newsOfRemoval,
} from '../store/suppression-news.ts';
import type { NewSuppression, Removal } from '../suppression/suppression-list.ts';
import type { Queries } from './database.ts';
import { eventColumns as columns, type EventWriting, eventArrays, eventValues } from './event-writing.ts';

/** The mails of these ids that the outbox still keeps. */
export type FindMails = (tx: Queries, ids: readonly string[]) => Promise<readonly PartRecord[]>;

export interface ListNews {
  /** `ofErased`: nothing tells who it is about. */
  added(tx: Queries, entries: readonly { entry: NewSuppression; ofErased: boolean }[]): Promise<void>;
  removed(tx: Queries, removal: Removal, entries: readonly GoneEntry[]): Promise<void>;
  /** One for the whole load. */
  imported(tx: Queries, at: number, added: number): Promise<void>;
}

const write = `INSERT INTO email_app.event (app, ${columns})
  SELECT $1, ${columns} FROM unnest(${eventArrays(2)}) WITH ORDINALITY AS given (${columns}, n) ORDER BY n`;

export function listNews(appId: string, writing: EventWriting, findMails: FindMails): ListNews {
  const append = async (tx: Queries, events: readonly NewEvent[]) => {
    if (events.length > 0) await tx.query(write, [appId, ...eventValues(events.map(writing.columnsOf))]);
  };
  const factsOf = async (tx: Queries, ids: readonly (string | undefined)[]) => {
    const known = ids.filter((id) => id !== undefined);
    const mails = known.length > 0 ? await findMails(tx, known) : [];
    const byId = new Map(mails.map((mail) => [mail.id, mailFacts(mail)]));
    return (id: string | undefined) => (id === undefined ? {} : (byId.get(id) ?? {}));
  };
  return {
    async added(tx, entries) {
      const facts = await factsOf(
        tx,
        entries.map(({ entry, ofErased }) => (ofErased ? undefined : entry.emailId)),
      );
      await append(
        tx,
        entries.map(({ entry, ofErased }) => newsOfEntry(entry, ofErased ? undefined : facts(entry.emailId))),
      );
    },
    async removed(tx, removal, entries) {
      if (entries.length === 0) return;
      const mail = mailOfRemoval(entries);
      const facts = await factsOf(tx, [mail]);
      await append(tx, [newsOfRemoval(removal, entries, facts(mail))]);
    },
    imported: (tx, at, added) => append(tx, added > 0 ? [newsOfImport(at, added)] : []),
  };
}
