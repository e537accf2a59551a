/** From settings to a running app: opens the store and the route, closes what was opened if a later step fails. */
import { forwardingAddress } from '../inbound/forwarding-address.ts';
import { closeAfter } from '../kernel/close-after.ts';
import type { EmailError } from '../kernel/errors.ts';
import { openDkimSigner } from '../mail/dkim-signer.ts';
import type { AppSettings } from '../settings/app-settings.ts';
import { receivedShelf } from '../store/received-shelf.ts';
import { appFolder } from './app-folder.ts';
import { EmailApp } from './email-app.ts';
import { openOwnStore } from './open-own-store.ts';
import { openSesNotices } from './open-ses-notices.ts';
import { openSources, sharedSources } from './open-sources.ts';
import { openTokens } from './open-tokens.ts';
import { openTransport } from './open-transport.ts';
import type { World } from './world.ts';

/** Of what received mails may take up: those that the flows have had are for people to look at, and go first. */
const shareOfKept = 0.25;

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
  const { keys } = store;
  const maxBytes = settings.inbound.maxKeptBytes * shareOfKept;
  const kept = receivedShelf({ folder, keys, appId: settings.appId, maxBytes, newId: world.newId });
  const parts = { ...store, kept, settings, transport, signer, tokens, forwardingAddress: address };
  const app = new EmailApp({ ...world, ...parts });
  app.hearSes(openSesNotices(app, store, world));
  const { receivers, mailboxes } = world.sources ?? sharedSources();
  await openSources(app, store, { ...world, receivers, mailboxes });
  return app;
}
