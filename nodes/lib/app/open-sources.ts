/** From a running app to the sources that it receives from: those that are switched on, opened. */
import { openHttpReceipt } from '../inbound/http-receipt.ts';
import { openImapSource } from '../inbound/imap-source.ts';
import type { Source } from '../inbound/mail-listener.ts';
import { mailboxClaims } from '../inbound/mailbox-claims.ts';
import { seldom } from '../inbound/seldom.ts';
import type { SesSource } from '../inbound/ses-source.ts';
import { smtpReceivers } from '../inbound/smtp-receiver.ts';
import { asEmailError, type EmailError } from '../kernel/errors.ts';
import type { MailSource } from '../received/received-mail.ts';
import type { AppStore } from '../store/open-app-store.ts';
import type { EmailApp } from './email-app.ts';
import type { SharedSources, World } from './world.ts';

/** `platform` as Node names it: on some, other processes are seen, too. */
export function sharedSources(platform?: string): SharedSources {
  return { receivers: smtpReceivers(), mailboxes: mailboxClaims(platform) };
}

export interface SourcesWorld extends Pick<World, 'clock' | 'random' | 'onTrouble'>, SharedSources {}

/** A source that cannot be opened is trouble, and no reason to stop sending. */
export async function openSources(app: EmailApp, store: AppStore, world: SourcesWorld): Promise<void> {
  const { settings, tokens, mailRoom, ses } = app;
  const { inbound: queue } = store;
  const { smtp, imap, http, maxMailBytes } = settings.inbound;
  const { forwardingAddress } = mailRoom;
  const onTrouble = seldom(world.clock, world.onTrouble);
  const rooms = { ...world, onTrouble, queue, maxMailBytes, tokens };
  const sources: Source[] = [];
  if (smtp && forwardingAddress !== undefined) {
    const receiving = { ...rooms, appId: settings.appId, forwardingAddress };
    sources.push(await orTrouble('smtp', () => world.receivers.open(smtp, receiving), world.onTrouble));
  }
  if (imap) {
    const onChange = () => mailRoom.stateChanged();
    const { mailboxes: claims } = world;
    const { outbox: notes, claims: machines } = store;
    sources.push(openImapSource(imap, { ...rooms, notes, claims, machines, onChange }));
  }
  if (ses && settings.inbound.ses) sources.push(shown(ses));
  mailRoom.receiveFrom(sources, http && openHttpReceipt(http, rooms));
}

/** It is closed with what else it tells. */
function shown(ses: SesSource): Source {
  return { state: () => ses.state(), close: async () => {} };
}

async function orTrouble(
  source: MailSource,
  open: () => Promise<Source>,
  onTrouble: (error: EmailError) => void,
): Promise<Source> {
  try {
    return await open();
  } catch (thrown) {
    const error = asEmailError(thrown);
    onTrouble(error);
    const state = { source, connected: false, trouble: error.message };
    return { state: () => state, close: async () => {} };
  }
}
