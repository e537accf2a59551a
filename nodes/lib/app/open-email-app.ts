/** From settings to a running app: opens the store and the route, closes what was opened if a later step fails. */

import { forwardingAddress } from '../inbound/forwarding-address.ts';
import type { Clock } from '../kernel/clock.ts';
import { closeAfter } from '../kernel/close-after.ts';
import type { EmailError } from '../kernel/errors.ts';
import { openDkimSigner } from '../mail/dkim-signer.ts';
import type { AppSettings } from '../settings/app-settings.ts';
import { appFolder } from './app-folder.ts';
import { EmailApp } from './email-app.ts';
import { openOwnStore } from './open-own-store.ts';
import { openSesNotices } from './open-ses-notices.ts';
import { openSources, type SharedSources, sharedSources } from './open-sources.ts';
import { openTokens } from './open-tokens.ts';
import { openTransport } from './open-transport.ts';

/** What the app needs of the process it runs in. */
export interface World {
  readonly clock: Clock;
  readonly random: () => number;
  readonly newId: () => string;
  readonly randomBytes: (count: number) => Uint8Array;
  /** The text of an app's keys.json, when its keys are not to lie on the disk. */
  readonly keysOf: (appId: string) => string | undefined;
  /** Folder below which each app has its own. */
  readonly folder: string;
  /** Compiled file of the store's worker thread. */
  readonly storeWorker: string | URL;
  readonly nodeVersion: string;
  readonly onTrouble: (error: EmailError) => void;
  /** Of all apps of the process; one's own if it is not given. */
  readonly sources?: SharedSources;
  /** Mail waits until a person has signed in (`sign-in-needed`) or mended the OAuth settings (`oauth-refused`); once. */
  readonly onSignInNeeded?: (error: EmailError) => void;
}

/**
 * Throws EmailError: `needs-newer-node`, `store-in-use`, `store-newer`, `store-corrupt`, `store-unavailable`,
 * `bad-keys`, `keys-exposed`, `wrong-key`.
 */
export async function openEmailApp(settings: AppSettings, world: World): Promise<EmailApp> {
  const { clock } = world;
  const { dkim } = settings.route.kind === 'smtp' ? settings.route : {};
  const signer = dkim && openDkimSigner(dkim, clock);
  const store = await openOwnStore(settings, world);
  const { smtp } = settings.inbound;
  const naming = smtp && forwardingAddress(smtp.host, store.outbox, world.randomBytes);
  const address = await naming?.catch(closeAfter(store));
  const onSignInNeeded = (error: EmailError): void => {
    world.onSignInNeeded?.(error);
    app.stateChanged();
    const { code, message: reason } = error;
    app.events.tell({ type: 'app.token-renewal-failed', at: clock.now(), code, detail: { reason } });
  };
  const tokens = openTokens(settings, store, { ...world, onSignInNeeded });
  const folder = appFolder(settings, world.folder);
  const transport = openTransport(settings, { clock, folder, tokens });
  const parts = { ...store, settings, transport, signer, tokens, forwardingAddress: address };
  const app = new EmailApp({ ...world, ...parts });
  app.hearSes(openSesNotices(app, store, world));
  const { receivers, mailboxes } = world.sources ?? sharedSources();
  await openSources(app, store, { ...world, receivers, mailboxes });
  return app;
}
