/** How a connection signs in: a login setting in, one AUTH exchange (RFC 4954) by password or OAuth token out. */
import type SmtpConnection from 'nodemailer/lib/smtp-connection';
import type { OAuthLogin, PasswordLogin, SmtpLogin } from '../settings/app-settings.ts';
import type { AccessTokens } from './access-tokens.ts';
import { signInNeeded } from './sign-in-needed.ts';
import { readSmtpAnswer } from './smtp-answer.ts';
import type { SmtpReport } from './smtp-failure.ts';

export interface SmtpSignIn {
  /** For the options of the connection. */
  readonly customAuth?: SmtpConnection.CustomAuthenticationHandlers;
  /** `present` runs one sign-in of the connection. Rejects with its report, or with EmailError when there is no token. */
  perform(present: (auth: SmtpConnection.AuthenticationType) => Promise<void>): Promise<void>;
  /** The text without what must not be shown; some servers repeat a line they did not understand. */
  hide(text: string): string;
}

const noSignIn: SmtpSignIn = { perform: async () => {}, hide: (text) => text };

/** Throws what `current` of the tokens throws, before a connection is made for nothing. */
export async function prepareSignIn(
  login: SmtpLogin | undefined,
  tokens: AccessTokens | undefined,
): Promise<SmtpSignIn> {
  if (!login) return noSignIn;
  if (login.kind === 'password') return passwordSignIn(login);
  if (!tokens) throw signInNeeded(login, 'nobody has signed in yet');
  return tokenSignIn(login, tokens, await tokens.current());
}

function passwordSignIn({ user, password }: PasswordLogin): SmtpSignIn {
  const secrets = [password, base64(password), base64(`\0${user}\0${password}`)];
  return {
    // with security `none` the password travels in the clear: that is what the person chose for this server
    perform: (present) => present({ user, pass: password }),
    hide: (text) => without(secrets, text),
  };
}

/** Our own name for it: under XOAUTH2 the client would look for a token source of its own kind. */
const method = 'TOKEN';

/** A token that the server does not take is replaced once, and the fresh one tried on the same connection. */
function tokenSignIn({ user }: OAuthLogin, tokens: AccessTokens, first: string): SmtpSignIn {
  const secrets: string[] = [];
  return {
    customAuth: { [method]: authenticate },
    async perform(present) {
      const attempt = async (token: string): Promise<void> => {
        const line = xoauth2(user, token);
        secrets.push(line, token, base64(token));
        await present({ user, method, line }).catch((report: SmtpReport) => {
          if (isTokenRefused(report)) tokens.refused(token);
          throw report;
        });
      };
      await attempt(first).catch(async (report: SmtpReport) => {
        if (!isTokenRefused(report)) throw report;
        await attempt(await tokens.current());
      });
    },
    hide: (text) => without(secrets, text),
  };
}

/** The client's own way drops the server's answer when the second token fails too. */
async function authenticate(context: SmtpConnection.CustomAuthenticationContext): Promise<void> {
  const { auth, authMethods, sendCommand } = context;
  if (!authMethods.includes('XOAUTH2')) throw new Error('the server offers no sign-in by OAuth (XOAUTH2)');
  const answer = await sendCommand(`AUTH XOAUTH2 ${auth.line}`);
  const isChallenge = readSmtpAnswer(answer.response)?.smtp === 334;
  // the challenge says in JSON what is wrong; an empty line brings the answer proper
  const final = isChallenge ? await sendCommand('') : answer;
  if (readSmtpAnswer(final.response)?.smtp !== 235) throw new Error('the server does not take the token');
}

/** 5.7.139 is Microsoft's word that SMTP is switched off for the mailbox: no other token changes that. */
function isTokenRefused({ response }: SmtpReport): boolean {
  const answer = readSmtpAnswer(response);
  return answer?.smtp === 535 && answer.status !== '5.7.139';
}

/** https://developers.google.com/workspace/gmail/imap/xoauth2-protocol */
function xoauth2(user: string, token: string): string {
  return base64(`user=${user}\x01auth=Bearer ${token}\x01\x01`);
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function without(secrets: readonly string[], text: string): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '…'), text);
}
