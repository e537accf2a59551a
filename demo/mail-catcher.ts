import type { RequestListener, Server } from 'node:http';
import { MailDev } from 'maildev';
import { freePort } from './free-port.ts';

export interface MailCatcher {
  readonly smtpPort: number;
  /** The web inbox. */
  readonly url: string;
}

/** A mail server on loopback that keeps everything in a folder and passes nothing on, with a web inbox. */
export async function startMailCatcher(folder: string): Promise<MailCatcher> {
  const smtpPort = await freePort(1025);
  const webPort = await freePort(1080);
  const maildev = new MailDev({
    smtp: smtpPort,
    ip: '127.0.0.1',
    web: webPort,
    webIp: '127.0.0.1',
    mailDirectory: folder,
    maxEmails: 1000,
    silent: true,
  });
  const { api } = await quietly(() => maildev.start());
  const url = `http://127.0.0.1:${webPort}`;
  if (api) openLinksInTabs(api.server.server, url);
  return { smtpPort, url };
}

const linkScript = `<script>
  document.addEventListener('load', ({ target }) => {
    target.contentDocument?.addEventListener('click', (event) => {
      const link = event.target.closest('a[href^="http"]');
      if (!link) return;
      event.preventDefault();
      open(link.href, '_blank', 'noopener');
    });
  }, true);
</script>`;

/** Its page shows a mail in a frame that no link leads out of, and other pages do not let themselves be framed. */
function openLinksInTabs(server: Server, url: string): void {
  const listeners = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', async (request, response) => {
    if (request.url !== '/') {
      for (const listener of listeners) listener.call(server, request, response);
      return;
    }
    const page = await (await fetch(`${url}/index.html`)).text();
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(page.replace('</head>', `${linkScript}</head>`));
  });
}

/** Its web server announces itself on the console whatever is set, with an address that our own lines repeat. */
async function quietly<Result>(work: () => Promise<Result>): Promise<Result> {
  const { info } = console;
  console.info = () => {};
  try {
    return await work();
  } finally {
    console.info = info;
  }
}
