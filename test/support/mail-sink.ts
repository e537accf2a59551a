import { SMTPServer } from 'smtp-server';

export interface SunkMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: Buffer;
  /** As it named itself with EHLO. */
  readonly client: string;
}

export interface MailSink {
  readonly port: number;
  readonly mails: readonly SunkMail[];
  /** Resolves when that many mails have come. */
  holds(count: number): Promise<readonly SunkMail[]>;
  close(): Promise<void>;
}

/** A mail server on loopback that takes everything, `slowness` milliseconds a mail, and keeps it in memory. */
export async function openMailSink({ slowness = 0 } = {}): Promise<MailSink> {
  const mails: SunkMail[] = [];
  const waiting = new Set<() => void>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    closeTimeout: 500,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks),
          client: session.hostNameAppearsAs,
        });
        for (const look of waiting) look();
        // Exim says QUIT with the last byte and hangs up: a later answer would not reach it
        if (slowness > 0) setTimeout(done, slowness);
        else done();
      });
    },
  });
  server.on('error', () => {}); // a client that was killed
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    port: (server.server.address() as { port: number }).port,
    mails,
    holds: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (mails.length < count) return;
          waiting.delete(look);
          resolve(mails);
        };
        waiting.add(look);
        look();
      }),
    close: () => new Promise((closed) => server.close(closed)),
  };
}
