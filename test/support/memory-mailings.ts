import { copyId } from '../../nodes/lib/outbound/copy-id.ts';
import type { MailingCopy, Mailings } from '../../nodes/lib/outbound/mailings.ts';
import type { Outbox } from '../../nodes/lib/outbound/outbox.ts';

/** The port `Mailings` without a file: all copies are parts as soon as a mailing is accepted. */
export function memoryMailings(outbox: Pick<Outbox, 'accept'>): Mailings {
  return {
    draft(requestId) {
      const written: MailingCopy[] = [];
      const partOf = (copy: MailingCopy, place: number) => {
        const id = copyId(requestId, place);
        return { ...copy, id, recipients: [copy.to.address], riders: [], messageId: `${id}@a.example` };
      };
      return {
        async write(copies) {
          written.push(...copies);
        },
        accept: (request) => outbox.accept({ ...request, parts: written.map(partOf) }),
        async drop() {},
      };
    },
  };
}
