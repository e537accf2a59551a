/** From settings to a running app. Once the store is open nothing else can fail, so nothing stays open by accident. */
import type { Clock } from '../kernel/clock.ts';
import type { EmailError } from '../kernel/errors.ts';
import { openDkimSigner } from '../mail/dkim-signer.ts';
import type { AppSettings } from '../settings/app-settings.ts';
import { EmailApp } from './email-app.ts';
import { openOwnStore } from './open-own-store.ts';
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
  const folder = appFolder(settings, world.folder);
  const store = await openOwnStore(settings, world);
  const onSignInNeeded = (error: EmailError): void => {
    world.onSignInNeeded?.(error);
    app.stateChanged();
  };
  const tokens = openTokens(settings, store, { ...world, onSignInNeeded });
  const transport = openTransport(settings, { clock, folder, tokens });
  const app = new EmailApp({ ...world, ...store, settings, transport, signer, tokens });
  return app;
}

export function appFolder({ appId }: AppSettings, folder: string): string {
  return `${folder}/${appId}`;
}
