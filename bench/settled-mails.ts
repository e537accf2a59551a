import type { EmailApp } from '../nodes/lib/app/email-app.ts';

/** Resolves when so many mails of the app came to their end, to the number of those that left. */
export function settledMails(app: EmailApp, count: number): Promise<number> {
  let [left, sent] = [count, 0];
  return new Promise((resolve) => {
    const end = app.onResult(({ state }) => {
      if (state === 'sent') sent++;
      if (--left > 0) return;
      end();
      resolve(sent);
    });
  });
}
