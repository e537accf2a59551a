/** The labelled mails of the tests, and which mails of ours they are about. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OwnMails } from '../nodes/lib/inbound/own-mails.ts';
import type { DeliveryReport, MailKind } from '../nodes/lib/received/received-mail.ts';

export interface Label {
  readonly kind: MailKind;
  /** One per recipient; what is left out is not compared. */
  readonly reports?: readonly Partial<DeliveryReport>[];
  /** Left out if it is about none of our mails. */
  readonly about?: string;
}

export const fixtures = join(import.meta.dirname, '..', 'test', 'fixtures', 'mails');

/** By path below the folder of fixtures. */
export function readLabels(): ReadonlyMap<string, Label> {
  const labels: Record<string, Label> = JSON.parse(readFileSync(join(fixtures, 'labels.json'), 'utf8'));
  return new Map(Object.entries(labels));
}

/** What stands for records and keys: ids `<…@mail.ours.example>`, return addresses `bounce+…@ours.example`. */
export const sampleOwnMails: OwnMails = {
  ofMessageId: (id) => openWith(/^([\w-]+)@mail\.ours\.example$/, id),
  ofReturnAddress: (address) => openWith(/^bounce\+([\w-]+)@ours\.example$/, address),
  isOwnLoop: (value) => value === 'v1 ours',
  isUnsubscribeToken: (word) => /^TOKEN[\w-]{40,}$/.test(word),
  unsubscribeMailto: 'unsubscribe@ours.example',
};

function openWith(pattern: RegExp, text: string) {
  const emailId = pattern.exec(text)?.[1];
  return emailId === undefined ? undefined : { emailId };
}
