/** An event about a mail comes in; what the reference product says of that goes out: its status, code and words. Tables. Pure. */
import type { EmailEvent, EventType } from '../../event/event-log.ts';
import { textMember } from '../../kernel/own-member.ts';

/** Names as in its payload. */
export interface WebexReceipt {
  readonly deliveryStatus: string;
  readonly code: string;
  readonly Description: string;
  readonly additionalInfo: string;
}

type Reader = (event: EmailEvent) => WebexReceipt;

/** The others have no counterpart there. */
const readers: Partial<Readonly<Record<EventType, Reader>>> = {
  'email.sent': () => plain('Submitted', '7501'),
  'email.delivered': () => plain('Delivered', '7500'),
  'email.opened': () => plain('Read', '7502'),
  'email.clicked': clicked,
  'email.bounced': bounced,
  'email.complained': complained,
  'email.suppressed': suppressed,
  'email.failed': failed,
  'email.rejected': failed,
  'email.expired': failed,
};

export function webexReceipt(event: EmailEvent): WebexReceipt | undefined {
  return Object.hasOwn(readers, event.type) ? readers[event.type]?.(event) : undefined;
}

function plain(deliveryStatus: string, code: string): WebexReceipt {
  return { deliveryStatus, code, Description: deliveryStatus, additionalInfo: '' };
}

function told({ detail }: EmailEvent, name: string): string {
  return textMember(detail, name) ?? '';
}

/** `URL|client IP`; the URL without its query, as in all our events. */
function clicked(event: EmailEvent): WebexReceipt {
  const Description = `${told(event, 'link')}|${told(event, 'ip')}`;
  return { deliveryStatus: 'Clicked', code: '7528', Description, additionalInfo: told(event, 'userAgent') };
}

const bounceNames: readonly string[] = [
  'Permanent_General',
  'Permanent_NoEmail',
  'Permanent_Suppressed',
  'Transient_General',
  'Transient_MailboxFull',
  'Transient_MessageTooLarge',
  'Transient_ContentRejected',
  'Transient_AttachmentRejected',
];

const bounceByReason: Readonly<Record<string, string>> = {
  'hard no-such-user': 'Permanent_NoEmail',
  'soft mailbox-full': 'Transient_MailboxFull',
  'policy message-too-large': 'Transient_MessageTooLarge',
  'soft message-too-large': 'Transient_MessageTooLarge',
  'policy content-rejected': 'Transient_ContentRejected',
  'soft content-rejected': 'Transient_ContentRejected',
};

function bounced(event: EmailEvent): WebexReceipt {
  const [status, diagnostic] = [told(event, 'status'), told(event, 'diagnostic')];
  return bounce(bounceName(event), status === '' ? diagnostic : `${status}|failed|${diagnostic}`);
}

/**
 * As Amazon SES named it, else by our own reading. A refusal of the sender or the content is no permanent one: who reads
 * these would never mail the address again.
 */
function bounceName(event: EmailEvent): string {
  const named = `${told(event, 'bounceType')}_${told(event, 'bounceSubType')}`;
  if (bounceNames.includes(named)) return named;
  const severity = told(event, 'severity');
  const usual = severity === 'hard' ? 'Permanent_General' : 'Transient_General';
  const key = `${severity} ${told(event, 'reason')}`;
  return (Object.hasOwn(bounceByReason, key) ? bounceByReason[key] : undefined) ?? usual;
}

function bounce(Description: string, additionalInfo: string): WebexReceipt {
  return { deliveryStatus: 'Bounce', code: '7520', Description, additionalInfo };
}

const complaints: readonly string[] = ['abuse', 'auth-failure', 'fraud', 'not-spam', 'other', 'virus'];

function complained(event: EmailEvent): WebexReceipt {
  const type = told(event, 'feedbackType');
  const Description = complaints.includes(type) ? type : 'other';
  return { deliveryStatus: 'Complaint', code: '7521', Description, additionalInfo: '' };
}

/** A complaint puts the address on our list, as unsubscribing does. */
function suppressed({ code, recipient = '' }: EmailEvent): WebexReceipt {
  const isBounced = code === 'bounced';
  const Description = `${isBounced ? 'already bounced' : 'unsubscribed'} : ${recipient}`;
  return { deliveryStatus: 'Failed', code: isBounced ? '7240' : '7241', Description, additionalInfo: '' };
}

const failures: Readonly<Record<string, readonly [code: string, words: string]>> = {
  'bad-address': ['7523', 'Invalid email address'],
  'non-ascii-local-part': ['7523', 'Invalid email address'],
  'address-too-long': ['7524', 'Address max length reached'],
  'message-too-large': ['7535', 'Attachment length exceeded'],
  'missing-substitution': ['7536', 'Template cannot be parsed or fetched'],
  'unknown-template': ['7536', 'Template cannot be parsed or fetched'],
  'auth-failed': ['7553', 'SMTP Authentication Failed'],
  'sign-in-needed': ['7553', 'SMTP Authentication Failed'],
  'oauth-refused': ['7553', 'SMTP Authentication Failed'],
  'oauth-failed': ['7553', 'SMTP Authentication Failed'],
};

const sandbox: readonly string[] = ['ses-sandbox', 'ses-unverified'];

/** What the receiving server answered for good in our own session is a bounce there, where Amazon SES has that session. */
function failed(event: EmailEvent): WebexReceipt {
  const { code = '' } = event;
  const additionalInfo = told(event, 'reason');
  if (code === 'recipient-refused') {
    const isUnknown = / 5\.1\.(1|6|10)\b/.test(additionalInfo);
    return bounce(isUnknown ? 'Permanent_NoEmail' : 'Permanent_General', additionalInfo);
  }
  if (sandbox.includes(code)) {
    const words = 'Email address is not verified';
    return { deliveryStatus: 'Not Verified', code: '7522', Description: words, additionalInfo };
  }
  const found = Object.hasOwn(failures, code) ? failures[code] : undefined;
  const [number, Description] = found ?? ['7554', 'SMTP Failures'];
  return { deliveryStatus: 'Failed', code: number, Description, additionalInfo };
}
