/** Has another process hand mails to a port of this one. */
import { fork } from 'node:child_process';
import { once } from 'node:events';

export interface SmtpLoad {
  /** Resolves to the number of mails, all of them taken. */
  send(count: number): Promise<number>;
}

export function smtpLoad(port: number): SmtpLoad {
  const sender = fork(new URL('./smtp-sender.ts', import.meta.url), [`${port}`]);
  return {
    async send(count) {
      sender.send(count);
      const [taken] = await once(sender, 'message');
      if (taken !== count) throw new Error(`${count} sent, ${taken} taken`);
      return count;
    },
  };
}
