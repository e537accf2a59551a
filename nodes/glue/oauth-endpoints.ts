import { randomBytes, randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import type { NodeAPI } from 'node-red';
import { systemClock } from '../lib/kernel/clock.ts';
import { asEmailError, EmailError } from '../lib/kernel/errors.ts';
import { type SignInContext, type SignIns, signIns } from '../lib/oauth/sign-ins.ts';
import type { TokenKeeper } from '../lib/oauth/token-keeper.ts';
import type { AppSettings, OAuthLogin } from '../lib/settings/app-settings.ts';
import { oauthLoginOf } from '../lib/settings/oauth-login-of.ts';
import { type AdminRoutes, orFailure } from './admin-routes.ts';
import { readDialog } from './read-dialog.ts';
import { callbackPath, readRedirectUri } from './read-redirect-uri.ts';
import type { RunningApps } from './running-app.ts';
import { type SignInOutcomes, signInOutcomes } from './sign-in-outcomes.ts';
import { signInPage } from './sign-in-page.ts';

interface Context extends SignInContext {
  /** Under which the dialog asks what became of it. */
  readonly ticket: string;
  readonly settings: AppSettings;
}

interface Rooms {
  readonly RED: NodeAPI;
  readonly apps: Pick<RunningApps, 'withTokens'>;
  readonly pending: SignIns<Context>;
  readonly outcomes: SignInOutcomes;
}

/** "Generate token" of a dialog, deployed or not, and the page that the provider sends the browser back to. */
export function oauthEndpoints(RED: NodeAPI, { write }: AdminRoutes, apps: Rooms['apps']): void {
  const pending = signIns<Context>({ clock: systemClock, randomBytes });
  const rooms = { RED, apps, pending, outcomes: signInOutcomes(systemClock) };
  write('oauth/start', (request) => orFailure(() => start(request, rooms)));
  write('oauth/state', ({ body }) => orFailure(() => state(body, rooms)));
  write('oauth/forget', ({ body }) => orFailure(() => forget(body, rooms)));
  // The provider sends the browser here without the editor's session: nothing but the single-use state lets it in.
  RED.httpAdmin.get(`/${callbackPath}`, (request, response) => void finish(request, response, rooms));
}

async function start(request: Request, rooms: Rooms): Promise<object> {
  const { RED, apps, pending, outcomes } = rooms;
  const settings = readDialog(RED, request.body);
  const { oauth, user } = loginOf(settings);
  const ticket = randomUUID();
  if (oauth.grant === 'client-credentials') {
    await apps.withTokens(settings, async (tokens) => tokens?.current());
    outcomes.done(ticket);
    return { ticket };
  }
  const redirectUri = readRedirectUri(RED, request);
  const isSignedIn = await apps.withTokens(settings, async (tokens) => (await stateOf(tokens)).signedIn);
  outcomes.begin(ticket);
  const { url } = pending.start(oauth, { redirectUri, user, isSignedIn, ticket, settings });
  return { ticket, url };
}

/** With what became of the sign-in that the dialog waits for. */
async function state(
  body: { readonly id?: unknown; readonly ticket?: unknown },
  { RED, apps, outcomes }: Rooms,
): Promise<object> {
  const settings = readDialog(RED, body);
  loginOf(settings);
  const signIn = typeof body.ticket === 'string' ? outcomes.of(body.ticket) : undefined;
  if (signIn?.state === 'waiting') return { signedIn: false, signIn };
  return apps.withTokens(settings, async (tokens) => ({ ...(await stateOf(tokens)), signIn }));
}

async function forget(body: object, { RED, apps }: Rooms): Promise<object> {
  const settings = readDialog(RED, body);
  loginOf(settings);
  return apps.withTokens(settings, async (tokens) => {
    await tokens?.forget();
    return stateOf(tokens);
  });
}

/** The keeper of an app that does not run has just begun to read. */
async function stateOf(tokens: TokenKeeper | undefined): Promise<ReturnType<TokenKeeper['state']>> {
  await tokens?.update();
  return tokens?.state() ?? { signedIn: false, needsPerson: false };
}

async function finish({ query }: Request, response: Response, rooms: Rooms): Promise<void> {
  const { pending, outcomes, apps } = rooms;
  const ticket = pending.contextOf(query)?.ticket;
  try {
    const { context, tokens } = await pending.finish(query);
    await apps.withTokens(context.settings, async (keeper) => keeper?.accept(tokens));
    outcomes.done(context.ticket);
    signInPage(response, { ok: true });
  } catch (thrown) {
    const { message } = asEmailError(thrown);
    if (ticket) outcomes.failed(ticket, message);
    signInPage(response, { ok: false, text: message });
  }
}

function loginOf({ route }: AppSettings): OAuthLogin {
  const login = oauthLoginOf(route);
  if (login) return login;
  throw new EmailError('bad-settings', {
    field: 'smtpAuth',
    detail: { why: 'it must be OAuth 2.0 to have tokens' },
  });
}
