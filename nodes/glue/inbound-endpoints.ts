import type { Request } from 'express';
import type { NodeAPI } from 'node-red';
import type { EmailApp } from '../lib/app/email-app.ts';
import type { AsideMails } from '../lib/inbound/aside-mails.ts';
import type { AsideMail } from '../lib/inbound/inbound-queue.ts';
import { type AdminRoutes, type Download, inPlainWords } from './admin-routes.ts';
import { readDialog } from './read-dialog.ts';
import type { RunningApps } from './running-app.ts';

/** The tab "Inbound" of a dialog: how the sources of a running app stand, whether a mailbox can be read, what was set aside. */
export function inboundEndpoints(
  RED: NodeAPI,
  routes: AdminRoutes,
  apps: Pick<RunningApps, 'withTokens'>,
  appOf: (request: Request) => Promise<EmailApp>,
): void {
  const { read, write } = routes;
  asideEndpoints(routes, async (request) => (await appOf(request)).mailRoom.aside);
  read(':id/inbound', async (request) => {
    const { mailRoom } = await appOf(request);
    return { ...mailRoom.state(), forwardingAddress: mailRoom.forwardingAddress };
  });
  write('test-imap', ({ body }) =>
    inPlainWords(async () => {
      const settings = readDialog(RED, body);
      const { inbound } = settings;
      const { testImap } = await import('../lib/inbound/test-imap.ts');
      if (inbound.imap?.login.kind !== 'oauth') return testImap(inbound);
      return apps.withTokens(settings, (tokens) => testImap(inbound, { tokens }));
    }),
  );
}

function asideEndpoints(
  { read, write, remove, download }: AdminRoutes,
  asideOf: (request: Request) => Promise<AsideMails>,
): void {
  const mailOf = ({ params }: Request) => String(params.mail);
  read(':id/inbound/aside', async (request) => (await asideOf(request)).list());
  write(':id/inbound/retry', async (request) => ({ count: await (await asideOf(request)).retry() }));
  write(':id/inbound/aside/:mail/retry', async (request) => ({
    count: await (await asideOf(request)).retry(mailOf(request)),
  }));
  remove(':id/inbound/aside/:mail', async (request) => (await asideOf(request)).forget(mailOf(request)));
  download(':id/inbound/aside/:mail', async (request) =>
    downloadOf(await (await asideOf(request)).open(mailOf(request))),
  );
}

/** Named by us: a subject is a stranger's. */
function downloadOf({ id, file, size, facts }: AsideMail): Download {
  const day = new Date(facts.receivedAt).toISOString().slice(0, 10);
  return { file, size, name: `mail-${day}-${id.slice(-8)}.eml` };
}
