import { randomUUID } from 'node:crypto';
import type { Node } from 'node-red';
import type { EmailApp } from '../lib/app/email-app.ts';
import { systemClock } from '../lib/kernel/clock.ts';
import { asEmailError, type EmailError } from '../lib/kernel/errors.ts';
import type { AppSettings } from '../lib/settings/app-settings.ts';

const day = 24 * 60 * 60 * 1000;
/** At a start the other app may open a little later. */
const patience = 60_000;
const lookEvery = 2_000;

/** When each app's owner was mailed last; a deploy is no reason to mail again. */
const alertedAt = new Map<string, number>();

/** Mails the owner through another app when this one needs a person to sign in; once a day at most. */
export function alertOwner(
  node: Node,
  { appId, name, owner, alertThrough }: AppSettings,
  find: (appId: string) => EmailApp | undefined,
): (error: EmailError) => void {
  let callOff = () => {};
  node.once('close', () => callOff());
  const alert = (error: EmailError, until: number): void => {
    const now = systemClock.now();
    if (!alertThrough || !owner || now - (alertedAt.get(appId) ?? 0) < day) return;
    const app = find(alertThrough);
    if (!app && now < until) callOff = systemClock.after(lookEvery, () => alert(error, until));
    if (!app) return;
    alertedAt.set(appId, now);
    mail(app, owner, name || appId, error).catch((thrown: unknown) => {
      alertedAt.delete(appId);
      node.error(asEmailError(thrown).message);
    });
  };
  return (error) => alert(error, systemClock.now() + patience);
}

async function mail(app: EmailApp, owner: string, name: string, { message }: EmailError): Promise<void> {
  await app.send({
    requestId: randomUUID(),
    mode: 'message',
    node: '',
    reports: false,
    fields: {
      to: owner,
      subject: `The email app “${name}” needs you`,
      // not a body, in which braces of the provider's words would be placeholders
      plaintext: `The email app “${name}” in Node-RED cannot send: ${message}\n\nIts mails wait. Open the app in the editor, tab Route, and press “Generate token”.\n`,
      messageClass: 'transactional',
    },
  });
}
