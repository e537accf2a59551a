import type { Request } from 'express';
import type { NodeAPI } from 'node-red';
import { EmailError } from '../lib/kernel/errors.ts';

/** Below httpAdminRoot. */
export const callbackPath = 'email-app/oauth/callback';

/**
 * The address that the provider is to send the browser back to, as the editor knows itself: only its browser can tell
 * how it is reached from outside. It must be our own page on the site that asks. Throws EmailError `bad-settings`.
 */
export function readRedirectUri({ settings }: Pick<NodeAPI, 'settings'>, { body, headers }: Request): string {
  const url = URL.parse(String(body.redirectUri));
  const root = String(settings.httpAdminRoot || '/').replace(/\/*$/, '/');
  const path = `${root.startsWith('/') ? '' : '/'}${root}${callbackPath}`;
  if (!url || !/^https?:$/.test(url.protocol)) throw refused('it must begin with https:// or http://');
  // A proxy in front of Node-RED may add folders of its own before the path.
  if (!url.pathname.endsWith(path) || url.search || url.hash || url.username || url.password)
    throw refused(`it must end in ${path}`);
  if (headers.origin !== undefined && headers.origin !== url.origin)
    throw refused('it must be on the site that this editor is open at');
  return url.href;
}

function refused(why: string): EmailError {
  return new EmailError('bad-settings', { field: 'redirectUri', detail: { why } });
}
