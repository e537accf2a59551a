// SNS messages: their members, their signature and the certificate that proves it.
import { randomUUID, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AwsWorld } from '../aws-world.ts';
import type { MessageType, Subscription, Topic } from './sns-state.ts';

const fixture = (name: string) => readFileSync(new URL(`../../../fixtures/${name}`, import.meta.url), 'utf8');
const signingKey = fixture('sns-signing.key.pem');
/** Served under `certificatePath`; made for tests alone. */
export const signingCertificate = fixture('sns-signing.cert.pem');
export const certificatePath = '/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem';

export interface SnsMessage {
  readonly Type: MessageType;
  readonly MessageId: string;
  readonly TopicArn: string;
  readonly Message: string;
  readonly Subject?: string;
  readonly Timestamp: string;
  readonly Token?: string;
  readonly SubscribeURL?: string;
  readonly UnsubscribeURL?: string;
  readonly SignatureVersion: string;
  readonly Signature: string;
  readonly SigningCertURL: string;
  readonly MessageAttributes?: Readonly<Record<string, { Type: string; Value: string }>>;
}

export type Unsigned = Omit<SnsMessage, 'SignatureVersion' | 'Signature' | 'SigningCertURL'>;

export interface Publication {
  readonly message: string;
  readonly subject?: string;
  readonly attributes?: SnsMessage['MessageAttributes'];
  /** Of the message; a new one by default. */
  readonly messageId?: string;
}

export function notification(
  { sns, now }: AwsWorld,
  given: Publication,
  { arn, topicArn }: Subscription,
): Unsigned {
  return {
    Type: 'Notification',
    MessageId: given.messageId ?? randomUUID(),
    TopicArn: topicArn,
    ...(given.subject && { Subject: given.subject }),
    Message: given.message,
    Timestamp: new Date(now()).toISOString(),
    UnsubscribeURL: `${sns.url}/?Action=Unsubscribe&SubscriptionArn=${arn}`,
    ...(given.attributes && { MessageAttributes: given.attributes }),
  };
}

export function confirmation(
  { sns, now }: AwsWorld,
  type: 'SubscriptionConfirmation' | 'UnsubscribeConfirmation',
  { topicArn, token }: Subscription,
): Unsigned {
  const deed = type === 'SubscriptionConfirmation' ? 'subscribe to' : 'deactivate subscription';
  return {
    Type: type,
    MessageId: randomUUID(),
    Token: token,
    TopicArn: topicArn,
    Message: `You have chosen to ${deed} the topic ${topicArn}.\nTo confirm the subscription, visit the SubscribeURL included in this message.`,
    SubscribeURL: `${sns.url}/?Action=ConfirmSubscription&TopicArn=${topicArn}&Token=${token}`,
    Timestamp: new Date(now()).toISOString(),
  };
}

/** Version 2 (SHA-256) when the topic asks for it, else 1 (SHA-1). */
export function signed({ sns }: AwsWorld, { attributes }: Topic, message: Unsigned): SnsMessage {
  const version = attributes.SignatureVersion === '2' ? '2' : '1';
  const signature = sign(version === '2' ? 'sha256' : 'sha1', Buffer.from(stringToSign(message)), signingKey);
  return {
    ...message,
    SignatureVersion: version,
    Signature: signature.toString('base64'),
    SigningCertURL: `${sns.url}${certificatePath}`,
  };
}

function stringToSign(message: Unsigned): string {
  const names =
    message.Type === 'Notification'
      ? (['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'] as const)
      : (['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'] as const);
  return names.map((name) => (message[name] === undefined ? '' : `${name}\n${message[name]}\n`)).join('');
}
