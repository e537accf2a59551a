import type { Access, AccessLog } from '../../nodes/lib/message-log/access-log.ts';
import type { MessageLog } from '../../nodes/lib/message-log/message-log.ts';

/** The port `AccessLog` without a disk. */
export function memoryAccessLog(): AccessLog {
  let rows: Access[] = [];
  return {
    async note(access) {
      rows.unshift(access);
    },
    list: async (limit) => rows.slice(0, limit),
    async prune(before) {
      rows = rows.filter(({ at }) => at >= before);
    },
  };
}

/** Of an app in which nobody looks for mails. */
export const emptyMessageLog: MessageLog = {
  search: async () => ({ messages: [] }),
  timeline: async () => undefined,
  open: async () => undefined,
  forgetContents: async () => {},
};
