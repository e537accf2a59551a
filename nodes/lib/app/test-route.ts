/** From settings that may never have been deployed to plain words: does the route work, did a test mail leave. */
import { EmailError } from '../kernel/errors.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { domainOf, readMailbox } from '../mail/address.ts';
import { openDkimSigner } from '../mail/dkim-signer.ts';
import type { HeaderField, MailContent } from '../mail/mail-content.ts';
import type { Mailbox } from '../mail/mailbox.ts';
import { newMessageId } from '../mail/message-id.ts';
import { noticeContent } from '../mail/notice-content.ts';
import { addsHeaders } from '../request/offer-unsubscribe.ts';
import type { AppSettings } from '../settings/app-settings.ts';
import { compileMail } from '../template/compile-mail.ts';
import type { AccessTokens } from '../transport/access-tokens.ts';
import type { OutgoingMail, Transport } from '../transport/transport.ts';
import { appFolder } from './app-folder.ts';
import { openTransport } from './open-transport.ts';
import { personalTouch } from './personal-touch.ts';
import type { World } from './world.ts';

export interface RouteWorld extends Pick<World, 'clock' | 'folder' | 'newId'> {
  /** Of the running app, or of a sign-in that was never deployed. */
  readonly tokens?: AccessTokens;
}

export interface TestMailWorld extends RouteWorld {
  /** Of the running app. Undefined before it was deployed: a dialog makes no keys. */
  readonly keys?: KeyRing;
}

/** Resolves with what was found; throws EmailError with what to do. */
export function testConnection(settings: AppSettings, world: RouteWorld): Promise<string> {
  return withRoute(settings, world, (transport) => transport.verify());
}

/**
 * Sends one short mail at once, past the queue, with the headers that every mail of the app has; resolves with the
 * route's answer.
 */
export async function sendTestMail(settings: AppSettings, to: string, world: TestMailWorld): Promise<string> {
  const from = senderOf(settings);
  const recipient = readMailbox(to, 'to');
  const { headers, note } = unsubscribePart(settings, { from, to: recipient }, world);
  const mail = await composeTestMail(settings, { from, to: recipient, headers }, world);
  return withRoute(settings, world, async (transport) => {
    const receipt = await transport.deliver(mail);
    if (receipt.code === 'captured')
      return `Captured; nothing left this machine. The mail was for ${recipient.address}.${note}`;
    return `Sent to ${recipient.address}.${note} The server said: ${receipt.response}`;
  });
}

async function withRoute(
  settings: AppSettings,
  { clock, folder, tokens }: RouteWorld,
  use: (transport: Transport) => Promise<string>,
): Promise<string> {
  const transport = openTransport(settings, { clock, tokens, folder: appFolder(settings, folder) });
  try {
    return await use(transport);
  } finally {
    await transport.close();
  }
}

interface TestMail {
  readonly from: Mailbox;
  readonly to: Mailbox;
  readonly headers: readonly HeaderField[];
}

/** As a real mail would have them, and a sentence for whoever looks for them in the inbox. */
function unsubscribePart(
  settings: AppSettings,
  { from, to }: Omit<TestMail, 'headers'>,
  { keys, newId }: TestMailWorld,
): { headers: readonly HeaderField[]; note: string } {
  const without = (why: string) => ({
    headers: [],
    note: ` It went without List-Unsubscribe headers, because ${why}.`,
  });
  if (!addsHeaders(from.address, settings)) return { headers: [], note: '' };
  if (!keys) return without('the app was not deployed yet');
  if (settings.baseUrl === undefined) return without('the app has no public base URL');
  const part = { id: newId(), to, values: {} };
  const { headers = [] } = personalTouch({ headers: true }, { part }, { settings, keys });
  if (headers.length === 0) return without('the public base URL is not https');
  return { headers, note: ' Its List-Unsubscribe headers are real: whoever uses them gets no more mail.' };
}

async function composeTestMail(
  settings: AppSettings,
  { from, to, headers }: TestMail,
  world: RouteWorld,
): Promise<OutgoingMail> {
  const { dkim } = settings.route.kind === 'smtp' ? settings.route : {};
  const compiled = await compileMail(testContent(settings, from));
  const raw = compiled.render({
    messageId: newMessageId(world.newId, domainOf(from.address)),
    date: world.clock.now(),
    to,
    values: {},
    headers,
  });
  return {
    envelope: { from: settings.delivery.envelopeSender ?? from.address, to: [to.address] },
    from: from.address,
    raw: dkim ? await openDkimSigner(dkim, world.clock).sign(raw) : raw,
  };
}

function senderOf({ defaultSender, mailbox }: AppSettings): Mailbox {
  if (defaultSender) return defaultSender;
  if (mailbox) return { address: mailbox };
  throw new EmailError('missing-sender', { field: 'sender' });
}

function testContent({ name }: AppSettings, from: Mailbox): MailContent {
  return noticeContent(from, {
    subject: `Test mail from ${name}`,
    text: `This is a test mail from the email app “${name}”.\nIf you can read it, sending works.\n`,
  });
}
