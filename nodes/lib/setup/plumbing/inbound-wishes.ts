/** What receiving needs names for, and the check of these names. */
import { domainOf } from '../../mail/address.ts';
import { readDomainName } from '../../mail/domain-name.ts';
import { badSetting } from '../../settings/setting-readers.ts';
import type { TopicWishes } from './topic-plumbing.ts';

export interface InboundWishes extends TopicWishes {
  /** Domains and addresses; at least one, 100 at most. */
  readonly recipients: readonly string[];
  /** S3 bucket: lower case, 3 to 63 characters, the name is unique in the world. */
  readonly bucket: string;
  /** Keys begin with it, e.g. `inbound/`; never empty. */
  readonly prefix: string;
  /** Mails are deleted after so many days, read or not. */
  readonly expiryDays: number;
  /** `[A-Za-z0-9_.-]{1,64}` */
  readonly rule: string;
  /** Made and activated only if no rule set is active. */
  readonly ruleSet: string;
  readonly requireTls: boolean;
}

const mostRecipients = 100;

/** Throws EmailError `bad-settings`, `bad-address`. */
export function checkInboundWishes({
  recipients,
  bucket,
  prefix,
  expiryDays,
  rule,
  ruleSet,
}: InboundWishes): void {
  if (recipients.length < 1 || recipients.length > mostRecipients)
    throw badSetting(
      'recipients',
      `a receipt rule has 1 to ${mostRecipients} recipients; with none it would take all mail`,
    );
  for (const recipient of recipients) readDomainName(domainOf(recipient), 'recipients');
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket))
    throw badSetting('bucket', 'a bucket’s name has 3 to 63 lower-case letters, digits, hyphens and dots');
  if (!/^(?:[\w-]+\/){1,5}$/.test(prefix))
    throw badSetting(
      'prefix',
      'it must be folders such as inbound/, so that nothing else in the bucket expires',
    );
  if (!Number.isInteger(expiryDays) || expiryDays < 1 || expiryDays > 3650)
    throw badSetting('expiryDays', 'it must be 1 to 3650 days');
  for (const [field, name] of Object.entries({ rule, ruleSet }))
    if (!/^[A-Za-z0-9](?:[\w.-]{0,62}[A-Za-z0-9])?$/.test(name))
      throw badSetting(field, 'its name has letters, digits, _ . and - only, 64 at most');
}
