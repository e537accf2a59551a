/** A provider of OAuth tokens that gives another refresh token with each renewal; it knows which it gave, and when. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TokenGiver {
  readonly url: string;
  /** Refresh tokens given so far, by number: the newest. */
  readonly given: number;
  /** Renewals asked for with another than the newest. */
  readonly reuses: number;
  readonly asked: number;
  /** Runs when a renewal is asked for, before it is answered; true: it is never answered. */
  onAsked: () => boolean;
  /** Runs when an answer is on its way. */
  onAnswered: () => void;
  close(): Promise<void>;
}

/** `strict`: each use of a refresh token kills it, and who comes with a dead one has to sign in again. */
export async function tokenGiver(strict: boolean): Promise<TokenGiver> {
  let isSignedIn = true;
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const giver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ given: 0, reuses: 0, asked: 0 },
    onAsked: () => false,
    onAnswered: () => {},
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const token = new URLSearchParams(Buffer.concat(chunks).toString()).get('refresh_token');
    if (request.url === '/sign-in') isSignedIn = true;
    else if (refuses(Number(token?.slice('refresh-'.length))))
      return send(response, 400, { error: 'invalid_grant' });
    else if (giver.onAsked()) return;
    giver.given += 1;
    send(response, 200, {
      ...{ access_token: `access-${giver.given}`, refresh_token: `refresh-${giver.given}` },
      ...{ token_type: 'Bearer', expires_in: 100 },
    });
    if (request.url !== '/sign-in') giver.onAnswered();
  }

  function refuses(number: number): boolean {
    giver.asked += 1;
    const isNewest = number === giver.given;
    if (!isNewest) giver.reuses += 1;
    if (strict && !isNewest) isSignedIn = false;
    return !isSignedIn || !(number <= giver.given);
  }
  return giver;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
