/** The walk of a person to the provider and back: an address to open goes out, the provider's answer comes in once. */
import { createHash } from 'node:crypto';
import type { Clock } from '../kernel/clock.ts';
import { EmailError } from '../kernel/errors.ts';
import type { OAuthSettings } from '../settings/app-settings.ts';
import { openOAuthClient, type SignInRequest } from './oauth-client.ts';
import { answeredFailure } from './oauth-failure.ts';
import type { TokenSet } from './token-set.ts';

/** What the caller wants back at the end, e.g. whose sign-in it was. */
export type SignInContext = Pick<SignInRequest, 'redirectUri' | 'user' | 'isSignedIn'>;

export interface SignIns<Context extends SignInContext> {
  /** Throws EmailError `sign-in-failed` when these settings need nobody to sign in. */
  start(oauth: OAuthSettings, context: Context): { url: string };
  /** The context of a sign-in that is under way; its `state` goes on to count. */
  contextOf(query: Query): Context | undefined;
  /** `query`: of the redirect, as it came. Throws EmailError; its `state` is used up in any case. */
  finish(query: Query): Promise<{ context: Context; tokens: TokenSet }>;
}

/** The parameters of a URL, from outside. */
export type Query = Readonly<Record<string, unknown>>;

export interface SignInRooms {
  readonly clock: Clock;
  readonly randomBytes: (count: number) => Uint8Array;
  readonly openClient?: typeof openOAuthClient;
}

/** ms */
const patience = 600_000;
const mostPending = 100;

interface Pending<Context> {
  readonly oauth: OAuthSettings;
  readonly context: Context;
  readonly verifier: string;
  /** ms since the epoch */
  readonly endsAt: number;
}

/** At most 100 at a time, the oldest makes room; each ends after 10 minutes. They do not outlive a restart. */
export function signIns<Context extends SignInContext>(rooms: SignInRooms): SignIns<Context> {
  const { clock, randomBytes, openClient = openOAuthClient } = rooms;
  const pending = new Map<string, Pending<Context>>();
  const find = ({ state }: Query) => {
    const found = typeof state === 'string' ? pending.get(state) : undefined;
    return found && clock.now() < found.endsAt ? found : undefined;
  };
  return {
    start(oauth, context) {
      const state = textOf(randomBytes(32));
      const verifier = textOf(randomBytes(32));
      const challenge = createHash('sha256').update(verifier).digest('base64url');
      const url = openClient(oauth, clock).authorizationUrl({ ...context, state, challenge });
      makeRoom(pending, clock.now());
      pending.set(state, { oauth, context, verifier, endsAt: clock.now() + patience });
      return { url };
    },
    contextOf: (query) => find(query)?.context,
    async finish(query) {
      const found = find(query);
      if (typeof query.state === 'string') pending.delete(query.state);
      if (!found) throw failed('it was begun more than 10 minutes ago, or is over already; start again');
      const { oauth, context, verifier } = found;
      const code = codeIn(query, found);
      const { redirectUri } = context;
      return {
        context,
        tokens: await openClient(oauth, clock).exchange({ code, verifier, redirectUri }),
      };
    },
  };
}

/** 43 characters of 256 bits, as RFC 7636 4.1 wants them at least. */
function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

function makeRoom<Context>(pending: Map<string, Pending<Context>>, now: number): void {
  for (const [state, { endsAt }] of pending)
    if (now >= endsAt || pending.size >= mostPending) pending.delete(state);
}

function codeIn<Context>(query: Query, { oauth, verifier }: Pending<Context>): string {
  if (typeof query.error === 'string') {
    const service = new URL(oauth.authorizationUrl ?? oauth.tokenUrl).hostname;
    const secrets = [verifier, oauth.clientSecret ?? ''];
    throw answeredFailure(query, { ...oauth, deed: 'sign-in', service, offset: 0, secrets });
  }
  if (typeof query.code === 'string' && query.code !== '' && query.code.length <= 8192) return query.code;
  throw failed('the provider sent neither a code nor an error');
}

function failed(why: string): EmailError {
  return new EmailError('sign-in-failed', { detail: { why } });
}
