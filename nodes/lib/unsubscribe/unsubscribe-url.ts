/** Addresses of the public pages, made and taken apart. */
import { publicUrl, readPublicPath } from '../kernel/public-path.ts';

/** The page of a token. */
export function unsubscribeUrl(baseUrl: string, appId: string, token: string): string {
  return publicUrl(baseUrl, appId, `unsubscribe/${token}`);
}

export interface UnsubscribePath {
  readonly appId: string;
  readonly token: string;
}

export function readUnsubscribePath(url: string): UnsubscribePath | undefined {
  const path = readPublicPath(url);
  return path?.door === 'unsubscribe' ? { appId: path.appId, token: path.token } : undefined;
}
