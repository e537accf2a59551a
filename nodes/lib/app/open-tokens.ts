/** From settings that sign in with OAuth to the keeper of their tokens, in the app's own vault. */
import type { Claims } from '../kernel/claims.ts';
import type { Notes } from '../kernel/notes.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { sealedVault } from '../keys/sealed-vault.ts';
import { secretNameOf } from '../oauth/secret-name.ts';
import { openTokenKeeper, type TokenKeeper } from '../oauth/token-keeper.ts';
import type { AppSettings } from '../settings/app-settings.ts';
import { oauthLoginOf } from '../settings/oauth-login-of.ts';
import type { World } from './world.ts';

export type TokenWorld = Pick<World, 'clock' | 'random' | 'onTrouble' | 'onSignInNeeded'>;

export interface TokenRooms {
  readonly outbox: Notes;
  readonly keys: KeyRing;
  /** Of the machines that share the store. */
  readonly claims?: Claims;
}

/** Undefined when the app signs in otherwise, or not at all. */
export function openTokens(
  { appId, route }: AppSettings,
  { outbox, keys, claims }: TokenRooms,
  world: TokenWorld,
): TokenKeeper | undefined {
  const login = oauthLoginOf(route);
  if (!login) return undefined;
  const { clock, random, onTrouble, onSignInNeeded } = world;
  return openTokenKeeper(login, {
    vault: sealedVault(outbox, keys, appId, onTrouble),
    claims,
    clock,
    random,
    onTrouble(error) {
      onTrouble(error);
      onSignInNeeded?.(error);
    },
  });
}

/** True if the tokens of the one serve the other. */
export function isSameSignIn(one: AppSettings, other: AppSettings): boolean {
  const [first, second] = [oauthLoginOf(one.route), oauthLoginOf(other.route)];
  return first !== undefined && second !== undefined && secretNameOf(first) === secretNameOf(second);
}
