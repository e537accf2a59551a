import type { PartRecord } from '../outbound/outbox.ts';
import type { NewEvent } from './event-log.ts';

/** What every event about a mail of ours tells of it; nothing of a mail that is not known. */
export function mailFacts(
  record: PartRecord | undefined,
): Pick<NewEvent, 'emailId' | 'from' | 'class' | 'listTopic' | 'correlationId' | 'callbackData' | 'notify'> {
  return {
    emailId: record?.id,
    from: record?.from.address,
    class: record?.messageClass,
    listTopic: record?.listTopic,
    correlationId: record?.correlationId,
    callbackData: record?.callbackData,
    ...(record?.notify && { notify: record.notify }),
  };
}
