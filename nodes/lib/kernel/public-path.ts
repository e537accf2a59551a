/** Addresses that strangers reach, made and taken apart: `<base>/email-app/<app id>/<door>`. */

/** `baseUrl` includes the path that the server's public side is served below. */
export function publicUrl(baseUrl: string, appId: string, door: string): string {
  return `${baseUrl.replace(/\/+$/, '')}/email-app/${appId}/${door}`;
}

export type PublicPath =
  | { readonly door: 'unsubscribe'; readonly appId: string; readonly token: string }
  | { readonly door: 'sns' | 'inbound'; readonly appId: string };

const longestPath = 2000;
const path = /\/email-app\/([a-z0-9]{8,32})\/(?:unsubscribe\/([^/]*)|(sns|inbound))\/?$/;

/** What stands before it is not looked at: a proxy may serve the doors below any path. */
export function readPublicPath(url: string): PublicPath | undefined {
  const [pathname = ''] = url.split(/[?#]/, 1);
  const [, appId, token, other] = (pathname.length <= longestPath && path.exec(pathname)) || [];
  if (appId === undefined) return undefined;
  if (token !== undefined) return { door: 'unsubscribe', appId, token };
  return { door: other === 'sns' ? 'sns' : 'inbound', appId };
}
