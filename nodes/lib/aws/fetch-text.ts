/** A public address of AWS comes in; the text at it goes out, read without a redirect, up to a size and within a time. */

import type { Readable } from 'node:stream';
import type { Clock } from '../kernel/clock.ts';
import { inTime } from '../kernel/in-time.ts';
import type { ProxySettings } from '../settings/app-settings.ts';
import { openHttpHandler } from './http-handler.ts';
import type { SdkHttpResponse } from './sdk-http.ts';
import { Unanswered } from './unanswered.ts';

export interface FetchTextOptions {
  readonly clock: Clock;
  readonly proxy?: ProxySettings;
  /** Bytes */
  readonly limit: number;
  /** ms */
  readonly time: number;
}

/** Throws `Unanswered`, and what the HTTP client throws. */
export async function fetchText(url: string, options: FetchTextOptions): Promise<string> {
  const { clock, proxy, time } = options;
  const handler = await openHttpHandler({ clock, proxy, connections: 1 });
  if (!handler) throw refused('the package undici is not installed');
  try {
    const { protocol, host: hostname, pathname: path } = new URL(url);
    const asked = handler.streaming.handle({ protocol, hostname, path, method: 'GET', headers: {} });
    const text = asked.then(({ response }) => readText(response, options.limit));
    return await inTime(text, { clock, ms: time }, () => {
      throw refused('no answer in time');
    });
  } finally {
    handler.close();
  }
}

async function readText({ statusCode, body }: SdkHttpResponse, limit: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  if (statusCode !== 200) {
    if (!(body instanceof Uint8Array)) discard(body);
    throw refused(`the answer is ${statusCode}`);
  }
  for await (const chunk of body instanceof Uint8Array ? [body] : body) {
    length += chunk.length;
    if (length > limit) throw refused('the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** What is not read to its end fails, and nobody is there to hear of it. */
export function discard(body: Readable): void {
  body.on('error', () => {}).destroy();
}

function refused(why: string): Unanswered {
  return new Unanswered('ERR_NO_TEXT', { written: true, why });
}
