import { SMTPServer } from 'smtp-server';

export interface OAuthMailServer {
  readonly port: number;
  /** Mails taken, with the user that was signed in. */
  readonly mails: { readonly user: string; readonly source: string }[];
  close(): Promise<void>;
}

/** A mail server on loopback that takes mail of whoever signs in by XOAUTH2 with a token that `isGood`. */
export async function openOAuthMailServer(isGood: (token: string) => boolean): Promise<OAuthMailServer> {
  const mails: { user: string; source: string }[] = [];
  const server = new SMTPServer({
    authMethods: ['XOAUTH2'],
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 500,
    onAuth({ username, accessToken }, _session, done) {
      if (accessToken && isGood(accessToken)) done(null, { user: username });
      else done(null, { data: { status: '401', schemes: 'bearer', scope: 'mail' } } as never);
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push({ user: String(session.user), source: Buffer.concat(chunks).toString() });
        done();
      });
    },
  });
  server.on('error', () => {});
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    port: (server.server.address() as { port: number }).port,
    mails,
    close: () => new Promise((closed) => server.close(closed)),
  };
}
