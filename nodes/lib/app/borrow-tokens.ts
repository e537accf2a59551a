/** From settings as a dialog shows them to the tokens of their app, for as long as one piece of work takes. */
import { AtMostAtOnce } from '../kernel/at-most-at-once.ts';
import type { TokenKeeper } from '../oauth/token-keeper.ts';
import type { AppSettings } from '../settings/app-settings.ts';
import type { EmailApp } from './email-app.ts';
import { openOwnStore } from './open-own-store.ts';
import { isSameSignIn, openTokens } from './open-tokens.ts';
import type { World } from './world.ts';

/** Of apps that run, for what is not deployed: of two keepers at once, each would use the same refresh token up. */
const turns = new WeakMap<object, AtMostAtOnce>();

/** Undefined where the settings do not sign in with OAuth. */
export type TokenWork<Result> = (tokens: TokenKeeper | undefined) => Promise<Result>;

/**
 * Of an app that runs. Its own tokens have one keeper: a second one would renew them behind its back. A sign-in for
 * another client or mailbox than the deployed one has tokens of its own.
 */
export function borrowTokens<Result>(
  app: Pick<EmailApp, 'settings' | 'tokens' | 'notes' | 'keys'>,
  settings: AppSettings,
  world: World,
  work: TokenWork<Result>,
): Promise<Result> {
  if (app.tokens && isSameSignIn(app.settings, settings)) return work(app.tokens);
  const turn = turns.get(app) ?? new AtMostAtOnce(1);
  turns.set(app, turn);
  return turn.run(() => keepFor(work, openTokens(settings, { outbox: app.notes, keys: app.keys }, world)));
}

/** Of an app that does not run: its store is opened, and closed again. Throws EmailError as `openOwnStore` does. */
export async function borrowStoredTokens<Result>(
  settings: AppSettings,
  world: World,
  work: TokenWork<Result>,
): Promise<Result> {
  const store = await openOwnStore(settings, world);
  try {
    return await keepFor(work, openTokens(settings, store, world));
  } finally {
    await store.close();
  }
}

async function keepFor<Result>(work: TokenWork<Result>, tokens: TokenKeeper | undefined): Promise<Result> {
  try {
    return await work(tokens);
  } finally {
    await tokens?.close();
  }
}
