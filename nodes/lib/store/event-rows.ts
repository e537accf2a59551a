/** A row of the event log that is about a copy of a mail: what the outbox's own rows tell of it. */
import type { EmailEvent, EventType } from '../event/event-log.ts';
import type { RowSeal } from '../keys/row-seal.ts';
import type { Mailbox } from '../mail/mailbox.ts';
import { type PartRow, selectParts } from './outbox-rows.ts';
import { openJson, openOutcome, openPart, openRequest } from './outbox-sealed.ts';
import { prepareStatement } from './prepare-statement.ts';
import type { StoreContext } from './store-context.ts';

export interface StoredEvent {
  readonly sequence: number;
  readonly at: number;
  readonly type: EventType;
  readonly request: number | null;
  readonly position: number | null;
  /** JSON text, of older rows. */
  readonly fact: string | null;
  readonly sealed: Uint8Array | null;
}

/** The copy that an event is about. */
interface EventPart {
  readonly request: number;
  readonly position: number;
}

type Told = Partial<EmailEvent>;
type Rooms = Pick<StoreContext, 'database' | 'seal'>;

/** What the row itself tells. */
export function factOf({ fact, sealed }: Pick<StoredEvent, 'fact' | 'sealed'>, seal: RowSeal): Told {
  if (sealed) return openJson(sealed, seal);
  return fact === null ? {} : JSON.parse(fact);
}

/** Undefined once the mail itself is no longer kept: nothing is left to tell. */
export function partOfEvent({
  database,
  seal,
}: Rooms): (type: EventType, part: EventPart) => Told | undefined {
  const find = prepareStatement<PartRow>(database, `${selectParts} WHERE request = ? AND part.position = ?`);
  return (type, { request, position }) => {
    const part = find.get(request, position);
    return part && { ...aboutMail(part, seal), ...(type !== 'email.queued' && aboutOutcome(part, seal)) };
  };
}

/** By the id of the copy; nothing of one that is no longer kept. */
export function factsOfMail({ database, seal }: Rooms): (emailId: string | undefined) => Told {
  const find = prepareStatement<PartRow>(database, `${selectParts} WHERE part.id = ?`);
  return (emailId) => {
    const part = emailId === undefined ? undefined : find.get(emailId);
    return part ? aboutMail(part, seal) : {};
  };
}

function aboutMail(part: PartRow, seal: RowSeal): Told {
  const { callbackData, notify } = openRequest(part, seal);
  return {
    emailId: part.id,
    recipient: openPart(part, seal).to.address,
    from: (JSON.parse(part.sender) as Mailbox).address,
    class: part.message_class,
    ...given('listTopic', part.list_topic),
    ...given('correlationId', part.correlation_id),
    ...given('callbackData', callbackData),
    ...given('notify', notify),
  };
}

function aboutOutcome(part: PartRow, seal: RowSeal): Told {
  const { reason, refused } = openOutcome(part, seal);
  return {
    code: part.code,
    detail: {
      reason,
      attempts: part.attempts,
      messageId: part.message_id,
      ...given('providerMessageId', part.provider_message_id),
      ...(refused.length > 0 && { refused }),
    },
  };
}

function given(name: string, value: unknown): object {
  return value === null || value === undefined ? {} : { [name]: value };
}
