import type { Request } from 'express';
import type { NodeAPI } from 'node-red';
import type { EmailApp } from '../lib/app/email-app.ts';
import { testImap } from '../lib/inbound/test-imap.ts';
import { type AdminRoutes, inPlainWords } from './admin-routes.ts';
import { readDialog } from './read-dialog.ts';
import type { RunningApps } from './running-app.ts';

/** The tab "Inbound" of a dialog: how the sources of a running app stand, and whether a mailbox can be read. */
export function inboundEndpoints(
  RED: NodeAPI,
  { read, write }: AdminRoutes,
  apps: Pick<RunningApps, 'withTokens'>,
  appOf: (request: Request) => Promise<EmailApp>,
): void {
  read(':id/inbound', async (request) => {
    const { mailRoom } = await appOf(request);
    return { ...mailRoom.state(), forwardingAddress: mailRoom.forwardingAddress };
  });
  write('test-imap', ({ body }) =>
    inPlainWords(async () => {
      const settings = readDialog(RED, body);
      const { inbound } = settings;
      if (inbound.imap?.login.kind !== 'oauth') return testImap(inbound);
      return apps.withTokens(settings, (tokens) => testImap(inbound, { tokens }));
    }),
  );
}
