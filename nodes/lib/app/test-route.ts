/** From settings that may never have been deployed to plain words: does the route work, did a test mail leave. */
import { EmailError } from '../kernel/errors.ts';
import { domainOf, readMailbox } from '../mail/address.ts';
import { compileMail } from '../mail/compile-mail.ts';
import { openDkimSigner } from '../mail/dkim-signer.ts';
import type { MailContent } from '../mail/mail-content.ts';
import type { Mailbox } from '../mail/mailbox.ts';
import { newMessageId } from '../mail/message-id.ts';
import type { AppSettings } from '../settings/app-settings.ts';
import type { OutgoingMail, Transport } from '../transport/transport.ts';
import { appFolder, type World } from './open-email-app.ts';
import { openTransport } from './open-transport.ts';

export type RouteWorld = Pick<World, 'clock' | 'folder' | 'newId'>;

/** Resolves with what was found; throws EmailError with what to do. */
export function testConnection(settings: AppSettings, world: RouteWorld): Promise<string> {
  return withRoute(settings, world, (transport) => transport.verify());
}

/** Sends one short mail at once, past the queue; resolves with the route's answer. */
export async function sendTestMail(settings: AppSettings, to: string, world: RouteWorld): Promise<string> {
  const recipient = readMailbox(to, 'to');
  const mail = await composeTestMail(settings, recipient, world);
  return withRoute(settings, world, async (transport) => {
    const receipt = await transport.deliver(mail);
    if (receipt.code === 'captured')
      return `Captured; nothing left this machine. The mail was for ${recipient.address}.`;
    return `Sent to ${recipient.address}. The server said: ${receipt.response}`;
  });
}

async function withRoute(
  settings: AppSettings,
  { clock, folder }: RouteWorld,
  use: (transport: Transport) => Promise<string>,
): Promise<string> {
  const transport = openTransport(settings, { clock, folder: appFolder(settings, folder) });
  try {
    return await use(transport);
  } finally {
    await transport.close();
  }
}

async function composeTestMail(settings: AppSettings, to: Mailbox, world: RouteWorld): Promise<OutgoingMail> {
  const from = senderOf(settings);
  const { dkim } = settings.route.kind === 'smtp' ? settings.route : {};
  const compiled = await compileMail(testContent(settings, from));
  const raw = compiled.render({
    messageId: newMessageId(world.newId, domainOf(from.address)),
    date: world.clock.now(),
    to,
    values: {},
    headers: [],
  });
  return {
    envelope: { from: settings.delivery.envelopeSender ?? from.address, to: [to.address] },
    raw: dkim ? await openDkimSigner(dkim, world.clock).sign(raw) : raw,
  };
}

function senderOf({ defaultSender, mailbox }: AppSettings): Mailbox {
  if (defaultSender) return defaultSender;
  if (mailbox) return { address: mailbox };
  throw new EmailError('missing-sender', { field: 'sender' });
}

function testContent({ name }: AppSettings, from: Mailbox): MailContent {
  return {
    from,
    replyTo: [],
    visibleCc: [],
    subject: `Test mail from ${name}`,
    text: `This is a test mail from the email app “${name}” in Node-RED.\nIf you can read it, sending works.\n`,
    templated: false,
    values: {},
    attachments: [],
    headers: [],
    references: [],
    priority: 'normal',
    autoSubmitted: 'auto-generated',
  };
}
