/** Addresses of the public pages, made and taken apart. */

/** The page of a token; `baseUrl` includes the path that Node-RED's HTTP nodes are served below. */
export function unsubscribeUrl(baseUrl: string, appId: string, token: string): string {
  return `${baseUrl.replace(/\/+$/, '')}/email-app/${appId}/unsubscribe/${token}`;
}

export interface UnsubscribePath {
  readonly appId: string;
  readonly token: string;
}

const longestPath = 2000;
const path = /\/email-app\/([a-z0-9]{8,32})\/unsubscribe\/([^/]*)\/?$/;

/** What stands before it is not looked at: a proxy may serve the pages below any path. */
export function readUnsubscribePath(url: string): UnsubscribePath | undefined {
  const [pathname = ''] = url.split(/[?#]/, 1);
  const [, appId, token] = (pathname.length <= longestPath && path.exec(pathname)) || [];
  return appId !== undefined && token !== undefined ? { appId, token } : undefined;
}
