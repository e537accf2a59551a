// The one way by which a mail enters SES, from whichever operation: what is checked, counted, kept and told.
import { randomUUID } from 'node:crypto';
import { AwsError } from '../aws-error.ts';
import { type AwsWorld, inBackground } from '../aws-world.ts';
import { checkAccountMaySend, takeQuota } from './account.ts';
import { setOf } from './configuration-sets.ts';
import { tell } from './events.ts';
import { verifiedFor } from './identity.ts';
import { readMail, stamped } from './mail.ts';
import type { ConfigurationSet, Identity, SentMail } from './ses-state.ts';
import { playOut } from './simulator.ts';
import { isSimulator } from './simulator-address.ts';

export interface Submission {
  readonly action: SentMail['action'];
  /** Bare address. */
  readonly from: string;
  readonly destinations: readonly string[];
  readonly raw: Buffer;
  readonly tags: Readonly<Record<string, string>>;
  readonly configurationSet?: string;
  readonly tracking?: SentMail['tracking'];
  /** Why its template could not be filled in: such a mail is taken and does not leave. */
  readonly failure?: { readonly errorMessage: string; readonly templateName?: string };
}

const mostRecipients = 50;
const mostBytes = 40 * 1024 * 1024;

export function acceptMail(world: AwsWorld, mail: Submission): SentMail {
  checkAccountMaySend(world);
  checkShape(mail);
  const identity = verifiedFor(world, mail.from);
  const setName = mail.configurationSet ?? identity?.configurationSet;
  if (setName !== undefined) checkConfigurationSet(setOf(world, setName));
  checkVerified(world, mail);
  checkMailFrom(identity);
  takeQuota(world, mail.destinations);
  const { failure, ...rest } = mail;
  const sent = { ...rest, ...accepted(world, mail.raw), configurationSet: setName };
  if (!failure) world.ses.sent.push(sent);
  inBackground(
    world,
    failure ? tell(world, sent, { type: 'Rendering Failure', details: failure }) : playOut(world, sent),
  );
  return sent;
}

function checkShape({ from, destinations, raw }: Submission): void {
  if (!from) throw new AwsError('BadRequestException', "Missing required header 'From'.");
  if (destinations.length === 0) throw new AwsError('BadRequestException', 'Missing required header: To.');
  const broken = [from, ...destinations].find((address) => !/^[^@\s]+@[^@\s]+$/.test(address));
  if (broken !== undefined) throw new AwsError('BadRequestException', "Missing final '@domain'");
  if (destinations.length > mostRecipients) {
    throw new AwsError('BadRequestException', `Recipient count exceeds ${mostRecipients}.`);
  }
  if (raw.length > mostBytes) {
    throw new AwsError(
      'BadRequestException',
      `Message length is more than ${mostBytes} bytes long: '${raw.length}'.`,
    );
  }
}

function checkConfigurationSet({ ConfigurationSetName, SendingOptions }: ConfigurationSet): void {
  if (SendingOptions?.SendingEnabled === false) {
    throw new AwsError(
      'SendingPausedException',
      `Sending paused for configuration set <${ConfigurationSetName}>.`,
    );
  }
}

function checkVerified(world: AwsWorld, { from, destinations }: Submission): void {
  const sandboxed = world.ses.account.production
    ? []
    : destinations.filter((address) => !isSimulator(address));
  const failed = [from, ...sandboxed].filter((address) => !verifiedFor(world, address));
  if (failed.length === 0) return;
  const region = world.region.toUpperCase();
  throw new AwsError(
    'MessageRejected',
    `Email address is not verified. The following identities failed the check in region ${region}: ${failed.join(', ')}`,
  );
}

function checkMailFrom(identity: Identity | undefined): void {
  const { status, behavior } = identity?.mailFrom ?? {};
  if (status === undefined || status === 'SUCCESS' || behavior !== 'REJECT_MESSAGE') return;
  throw new AwsError(
    'MailFromDomainNotVerifiedException',
    'The MAIL FROM domain could not be verified: its MX record was not found.',
  );
}

function accepted({ region, now }: AwsWorld, raw: Buffer): Pick<SentMail, 'messageId' | 'at' | 'raw'> {
  const at = now();
  const messageId = `0107${at.toString(16).padStart(12, '0')}-${randomUUID()}-000000`;
  const domain = region === 'us-east-1' ? 'email.amazonses.com' : `${region}.amazonses.com`;
  return { messageId, at, raw: stamped(readMail(raw), { messageId, domain, at }) };
}
