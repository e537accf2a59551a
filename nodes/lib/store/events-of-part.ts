/** What the log tells of one copy beyond what its own row tells: found by whom it went to, or by itself. */
import type { NewEvent } from '../event/event-log.ts';
import type { ToldEvent } from './message-timeline.ts';
import type { PartRow } from './outbox-rows.ts';
import { openJson } from './outbox-sealed.ts';
import { limitTo, prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';

type EventRow = Pick<NewEvent, 'at' | 'type'> & {
  readonly fact: string | null;
  readonly sealed: Uint8Array | null;
};

type Fact = Omit<ToldEvent, 'at' | 'type'> & { readonly emailId?: string };

/** Of each recipient, the newest: who gets more mail than that has this one's events among them, or it is old. */
const mostOfPerson = 500;
/** Of a mail to very many at once. */
const mostPersons = 20;

export function eventsOfPart({ database, seal, personOf }: StoreContext) {
  const retold = prepareStatement<EventRow>(
    database,
    `SELECT at, type, fact, sealed FROM event WHERE request = ? AND position = ?
      AND (fact IS NOT NULL OR sealed IS NOT NULL)`,
  );
  const ofPerson = prepareStatement<EventRow>(
    database,
    `SELECT at, type, fact, sealed FROM event WHERE person = ? ORDER BY sequence DESC ${limitTo}`,
  );
  const read = ({ at, type, fact, sealed }: EventRow): ToldEvent & Fact => ({
    ...(sealed ? openJson<Fact>(sealed, seal) : JSON.parse(fact ?? '{}')),
    at,
    type,
  });
  return ({ id, request, position }: PartRow, recipients: readonly string[]): ToldEvent[] => {
    const hashes = recipients.slice(0, mostPersons).map((one) => personOf(one));
    const persons = new Map(hashes.map((hash) => [hash.toString('hex'), hash]));
    const told = [...persons.values()].flatMap((person) => ofPerson.all(person, mostOfPerson)).map(read);
    const isOfThis = ({ emailId }: Fact) => emailId === id;
    return [...retold.all(request, position).map(read), ...told.filter(isOfThis).reverse()];
  };
}
