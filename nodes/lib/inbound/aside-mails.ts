/** Mails that were set aside, as a person sees them and decides what becomes of each. */
import type { Clock } from '../kernel/clock.ts';
import { EmailError } from '../kernel/errors.ts';
import { decodeWords } from '../mail/decode-words.ts';
import { receivedAddresses } from '../received/received-addresses.ts';
import { firstField, receivedFields } from '../received/received-fields.ts';
import type { MailSource } from '../received/received-mail.ts';
import type { AsideMail, InboundQueue } from './inbound-queue.ts';
import { readHead } from './read-head.ts';

export interface ShownAside {
  readonly id: string;
  readonly source: MailSource;
  /** ms since the epoch */
  readonly receivedAt: number;
  readonly setAsideAt: number;
  /** Bytes */
  readonly size: number;
  readonly why: string;
  /** As its header says, or else its envelope; undefined where neither can be read. */
  readonly from?: string;
  readonly subject?: string;
}

export interface AsideMails {
  /** The last first, a hundred at most. */
  list(): Promise<readonly ShownAside[]>;
  /** One mail, or all, are handled anew. Answers how many. */
  retry(id?: string): Promise<number>;
  /** The raw mail. Throws EmailError `mail-not-aside`. */
  open(id: string): Promise<AsideMail>;
  forget(id: string): Promise<void>;
}

export interface AsideRooms {
  readonly queue: InboundQueue;
  readonly clock: Clock;
  /** Some are set aside no more. */
  readonly onChange: () => void;
}

const mostShown = 100;
const longestSubject = 200;

export function asideMails({ queue, clock, onChange }: AsideRooms): AsideMails {
  return {
    async list() {
      return Promise.all((await queue.listAside(mostShown)).map(shown));
    },
    async retry(id) {
      const count = await queue.retryAside(id, clock.now());
      onChange();
      return count;
    },
    async open(id) {
      const mail = await queue.openAside(id);
      if (!mail) throw new EmailError('mail-not-aside');
      return mail;
    },
    async forget(id) {
      await queue.forgetAside(id);
      onChange();
    },
  };
}

async function shown({ id, facts, file, size, setAsideAt, why }: AsideMail): Promise<ShownAside> {
  const { source, receivedAt, envelope } = facts;
  const said = await readSaid(file).catch(() => undefined);
  return {
    ...{ id, source, receivedAt, setAsideAt, size, why },
    from: said?.from ?? envelope.from,
    subject: said?.subject,
  };
}

/** Whatever made the mail fail is probably in its body. */
async function readSaid(file: string): Promise<Pick<ShownAside, 'from' | 'subject'>> {
  const fields = receivedFields((await readHead(file)).lines);
  const [sender] = receivedAddresses(firstField(fields, 'from'));
  const subject = decodeWords(firstField(fields, 'subject')).slice(0, longestSubject);
  return { from: sender?.address, subject: subject || undefined };
}
