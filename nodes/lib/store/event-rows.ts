/** A row of the event log that is about a copy of a mail: what the outbox's own rows tell of it. */
import type { DatabaseSync } from 'node:sqlite';
import type { EmailEvent, EventType } from '../event/event-log.ts';
import type { Mailbox } from '../mail/mailbox.ts';
import { type PartRow, selectParts } from './outbox-rows.ts';
import { prepareStatement } from './prepare-statement.ts';

export interface StoredEvent {
  readonly sequence: number;
  readonly at: number;
  readonly type: EventType;
  readonly request: number | null;
  readonly position: number | null;
  readonly fact: string | null;
}

/** The copy that an event is about. */
interface EventPart {
  readonly request: number;
  readonly position: number;
}

type Told = Partial<EmailEvent>;

/** Undefined once the mail itself is no longer kept: nothing is left to tell. */
export function partOfEvent(database: DatabaseSync): (type: EventType, part: EventPart) => Told | undefined {
  const find = prepareStatement<PartRow>(database, `${selectParts} WHERE request = ? AND part.position = ?`);
  return (type, { request, position }) => {
    const part = find.get(request, position);
    return part && { ...aboutMail(part), ...(type !== 'email.queued' && aboutOutcome(part)) };
  };
}

/** By the id of the copy; nothing of one that is no longer kept. */
export function factsOfMail(database: DatabaseSync): (emailId: string | undefined) => Told {
  const find = prepareStatement<PartRow>(database, `${selectParts} WHERE part.id = ?`);
  return (emailId) => {
    const part = emailId === undefined ? undefined : find.get(emailId);
    return part ? aboutMail(part) : {};
  };
}

function aboutMail(part: PartRow): Told {
  return {
    emailId: part.id,
    recipient: (JSON.parse(part.recipient) as Mailbox).address,
    from: (JSON.parse(part.sender) as Mailbox).address,
    class: part.message_class,
    ...given('listTopic', part.list_topic),
    ...given('correlationId', part.correlation_id),
    ...given('callbackData', part.callback_data),
    ...(part.notify !== null && { notify: JSON.parse(part.notify) }),
  };
}

function aboutOutcome(part: PartRow): Told {
  const refused: unknown[] = JSON.parse(part.refused);
  return {
    code: part.code,
    detail: {
      reason: part.reason,
      attempts: part.attempts,
      messageId: part.message_id,
      ...given('providerMessageId', part.provider_message_id),
      ...(refused.length > 0 && { refused }),
    },
  };
}

function given(name: string, value: string | null): object {
  return value === null ? {} : { [name]: value };
}
