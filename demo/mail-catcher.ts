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
  await quietly(() => maildev.start());
  return { smtpPort, url: `http://127.0.0.1:${webPort}` };
}

/** Its web server announces itself on the console whatever is set, with an address that our own lines repeat. */
async function quietly(work: () => Promise<unknown>): Promise<void> {
  const { info } = console;
  console.info = () => {};
  try {
    await work();
  } finally {
    console.info = info;
  }
}
