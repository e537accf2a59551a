/** Where people look for the app's mails, into them, and change what becomes of them. */
import { asEmailError, EmailError } from '../kernel/errors.ts';
import type { Access, AccessLog } from '../message-log/access-log.ts';
import { type ExportFormat, exportMessages } from '../message-log/export-messages.ts';
import { type ActionRooms, messageActions, resolveUnknown } from '../message-log/message-actions.ts';
import type {
  KeptMessage,
  MessageLog,
  MessagePage,
  MessageQuery,
  TimelineEntry,
} from '../message-log/message-log.ts';
import type { Outbox, PartRecord } from '../outbound/outbox.ts';
import type { AppSettings } from '../settings/app-settings.ts';
import { composeKept, type OpenedMail, type OpeningRooms, openMail } from './open-message.ts';

export interface MessageDeskParts extends OpeningRooms, ActionRooms {
  readonly settings: AppSettings;
  readonly messageLog: MessageLog;
  readonly accessLog: AccessLog;
  readonly outbox: ActionRooms['outbox'] & Pick<Outbox, 'find'>;
  readonly onTrouble: (error: EmailError) => void;
}

export interface LookedUp {
  readonly message: PartRecord;
  readonly timeline: readonly TimelineEntry[];
}

/** Pages of the store for one of a person, while they hold nothing. */
const mostPages = 20;
/** Whether all copies of a larger request are settled takes too long to ask after each: the next pruning does. */
const mostForgottenAtOnce = 1000;

export class MessageDesk {
  readonly #parts: MessageDeskParts;

  constructor(parts: MessageDeskParts) {
    this.#parts = parts;
  }

  /** Goes on looking for a while as long as nothing is found. Throws EmailError `bad-query`. */
  async search(query: MessageQuery): Promise<MessagePage> {
    const { messageLog } = this.#parts;
    const first = await messageLog.search(query);
    let page = first;
    for (let pages = 1; pages < mostPages && page.next && page.messages.length === 0; pages += 1)
      page = await messageLog.search({ ...query, after: page.next });
    return { ...page, ...(first.notDrawn !== undefined && { notDrawn: first.notDrawn }) };
  }

  /** Throws EmailError `no-such-mail`. */
  async look(id: string): Promise<LookedUp> {
    const { messageLog, outbox } = this.#parts;
    const [message, timeline] = await Promise.all([outbox.find(id), messageLog.timeline(id)]);
    if (!message || !timeline) throw new EmailError('no-such-mail');
    return { message, timeline };
  }

  /**
   * The mail as it was sent, but for signature and dates. Throws EmailError `no-such-mail`, `content-gone`, and what
   * composing throws.
   */
  async source(id: string): Promise<Uint8Array> {
    return composeKept(await this.#kept(id), this.#parts);
  }

  /** Throws as `source`. */
  async open(id: string): Promise<OpenedMail> {
    const kept = await this.#kept(id);
    return openMail(kept, await composeKept(kept, this.#parts));
  }

  cancel(ids: readonly string[]): Promise<number> {
    return messageActions.cancel(ids, this.#parts);
  }

  /** Queued for later, due now. */
  retry(ids: readonly string[]): Promise<number> {
    return messageActions.retry(ids, this.#parts);
  }

  /** Unknown ones, with the same Message-ID. */
  resend(ids: readonly string[]): Promise<number> {
    return messageActions.resend(ids, this.#parts);
  }

  /** New mails of the same content. */
  again(ids: readonly string[]): Promise<number> {
    return messageActions.again(ids, this.#parts);
  }

  resolve(ids: readonly string[], as: 'sent' | 'failed'): Promise<number> {
    return resolveUnknown(ids, as, this.#parts);
  }

  /** As `exportMessages`. */
  export(
    query: MessageQuery,
    format: ExportFormat,
    onProgress?: (rows: number) => void,
  ): AsyncIterable<string> {
    return exportMessages(this.#parts.messageLog, query, format, onProgress);
  }

  /** On disk when it resolves: nothing is shown before. */
  noteAccess(access: Omit<Access, 'at'>): Promise<void> {
    const { accessLog, clock } = this.#parts;
    return accessLog.note({ at: clock.now(), ...access });
  }

  /** Newest first. */
  accesses(limit: number): Promise<readonly Access[]> {
    return this.#parts.accessLog.list(limit);
  }

  /** Of copies that were settled just now: where the content is not to be kept, it goes. */
  settled(records: readonly PartRecord[]): void {
    const { messageLog, settings, clock, onTrouble } = this.#parts;
    if (settings.delivery.contentDays > 0) return;
    const few = records.filter(({ state, count }) => state !== 'unknown' && count <= mostForgottenAtOnce);
    if (few.length === 0) return;
    const requests = [...new Set(few.map(({ requestId }) => requestId))];
    messageLog.forgetContents(clock.now() + 1, requests).catch((thrown: unknown) => {
      const error = asEmailError(thrown);
      // the next start forgets them
      if (error.code !== 'app-closed') onTrouble(error);
    });
  }

  async #kept(id: string): Promise<KeptMessage> {
    const kept = await this.#parts.messageLog.open(id);
    if (!kept) throw new EmailError('no-such-mail');
    return kept;
  }
}
