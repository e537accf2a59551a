/** A receiver of webhooks which answers as it is told, and whose address has a query that nobody is to see. */
import { openLocalReceiver, type Received } from './local-receiver.ts';

export interface WebhookReceiver {
  readonly url: string;
  /** `127.0.0.1:port`, to be allowed. */
  readonly host: string;
  readonly posted: readonly Received[];
  /** Statuses of the next answers; 200 after that. */
  readonly answers: number[];
  /** Resolves when that many were posted. */
  reach(count: number): Promise<readonly Received[]>;
  close(): Promise<void>;
}

export async function openReceiver(): Promise<WebhookReceiver> {
  const answers: number[] = [];
  const receiver = await openLocalReceiver((response) => response.writeHead(answers.shift() ?? 200).end());
  const { received: posted, close } = receiver;
  const host = `127.0.0.1:${receiver.port}`;
  return {
    url: `http://${host}/hook?key=k`,
    host,
    posted,
    answers,
    async reach(count) {
      await receiver.count(count);
      return posted;
    },
    close,
  };
}
