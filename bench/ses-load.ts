/** What the SES variants have in common: the account, the mails, and how many are under way at once. */
import type { Sharing } from '../nodes/lib/mail/shared-mail.ts';
import { compileMail } from '../nodes/lib/template/compile-mail.ts';
import { sampleContent } from './built-mail.ts';
import { sampleMail } from './sample-mail.ts';

export const sesAccess = {
  region: 'eu-central-1',
  keys: { accessKeyId: 'AKIDBENCH', secretAccessKey: 'bench' },
};

const atOnce = 50;
export const connections = atOnce;

/** A mail of the same size with a name in it. */
export async function sharedMail(): Promise<Sharing> {
  const html = sampleMail.html.replace('Thank you!', 'Thank you, {{name}}!');
  const { sharing } = await compileMail({ ...sampleContent, html, templated: true });
  if (!sharing) throw new Error('the sample mail cannot be shared');
  return sharing;
}

/** Sends `count` mails, so many at once; resolves to their number. */
export async function sendAll(
  count: number,
  send: (index: number) => Promise<unknown>,
  lanes = atOnce,
): Promise<number> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await send(next++);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return count;
}
