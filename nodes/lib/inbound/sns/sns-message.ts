/** The body of a POST that claims to come from SNS comes in; a message with every member that it must have goes out. Pure. */
import { EmailError } from '../../kernel/errors.ts';
import { ownMember, readIsoTime, textMember } from '../../kernel/own-member.ts';
import { parseJson } from '../../kernel/parse-json.ts';

export type SnsMessage = SnsNotification | SnsConfirmation;

interface SnsCommon {
  readonly MessageId: string;
  readonly TopicArn: string;
  readonly Message: string;
  /** As it was signed. */
  readonly Timestamp: string;
  /** The same in ms since the epoch. */
  readonly at: number;
  readonly SignatureVersion: '1' | '2';
  readonly Signature: string;
  readonly SigningCertURL: string;
}

export interface SnsNotification extends SnsCommon {
  readonly Type: 'Notification';
  readonly Subject?: string;
}

export interface SnsConfirmation extends SnsCommon {
  readonly Type: 'SubscriptionConfirmation' | 'UnsubscribeConfirmation';
  readonly Token: string;
  readonly SubscribeURL: string;
}

/** Bytes: 256 KB of message, each of its quotation marks escaped, and room for the rest. */
export const longestSnsBody = 1024 * 1024;

/** Throws EmailError `sns-refused`. */
export function readSnsMessage(body: string): SnsMessage {
  const given = parseJson(body);
  const text = (name: string, pattern: RegExp) => requireText(given, name, pattern);
  const Type = text('Type', /^(?:Notification|SubscriptionConfirmation|UnsubscribeConfirmation)$/);
  const Timestamp = text('Timestamp', /^.{1,40}$/);
  const at = readIsoTime(Timestamp);
  if (at === undefined) throw snsRefused('its Timestamp is no time');
  const common = {
    MessageId: text('MessageId', /^[\w-]{1,100}$/),
    TopicArn: text('TopicArn', /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_.-]{1,256}$/),
    Message: text('Message', /^/),
    Timestamp,
    at,
    SignatureVersion: text('SignatureVersion', /^[12]$/) as '1' | '2',
    Signature: text('Signature', /^[A-Za-z0-9+/]{1,2000}={0,2}$/),
    SigningCertURL: text('SigningCertURL', /^[!-~]{1,500}$/),
  };
  if (Type === 'Notification') return { ...common, Type, Subject: readSubject(given) };
  const confirms = Type as SnsConfirmation['Type'];
  const [Token, SubscribeURL] = [text('Token', /^[!-~]{1,1000}$/), text('SubscribeURL', /^[!-~]{1,3000}$/)];
  return { ...common, Type: confirms, Token, SubscribeURL };
}

function requireText(given: unknown, name: string, pattern: RegExp): string {
  const text = textMember(given, name);
  if (text === undefined) throw snsRefused(`it has no text ${name}`);
  if (!pattern.test(text)) throw snsRefused(`its ${name} is not one of SNS`);
  return text;
}

/** Signed only if it is there. */
function readSubject(given: unknown): string | undefined {
  const subject = ownMember(given, 'Subject') ?? undefined;
  if (subject === undefined || typeof subject === 'string') return subject;
  throw snsRefused('its Subject is no text');
}

export function snsRefused(why: string): EmailError {
  return new EmailError('sns-refused', { detail: { why } });
}
