import type { Request } from 'express';
import type { EmailApp } from '../lib/app/email-app.ts';
import type { Access } from '../lib/message-log/access-log.ts';

const longestName = 100;

/** On disk when it resolves: nothing that is kept sealed is shown before. */
export function noteAccess(
  app: Pick<EmailApp, 'messages'>,
  request: Request,
  what: Access['what'],
  subject: string,
): Promise<void> {
  return app.messages.noteAccess({ user: userOf(request), what, subject });
}

/** As whoever signs people in to the editor names them; empty where nobody does. */
function userOf(request: Request): string {
  const { user } = request as { user?: { username?: unknown } };
  const name = typeof user?.username === 'string' ? user.username : '';
  return name.replace(/\p{Cc}/gu, '').slice(0, longestName);
}
