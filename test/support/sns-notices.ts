/** Messages of SNS, signed with the key of the fixtures, as they come by POST. */
import { randomUUID } from 'node:crypto';
import type { SnsExchange } from '../../nodes/lib/inbound/sns/answer-sns.ts';
import type { AwsWorld } from './aws/aws-world.ts';
import {
  certificatePath,
  type SnsMessage,
  signed,
  signingCertificate,
  type Unsigned,
} from './aws/sns/signed-message.ts';

export const topicArn = 'arn:aws:sns:eu-central-1:111122223333:email-app-app00001-events';
export const certificateUrl = `https://sns.eu-central-1.amazonaws.com${certificatePath}`;
/** The certificate of the fixtures is valid from this year on. */
export const signedAt = Date.UTC(2027, 0, 5, 12);

export interface MessageOptions extends Partial<Unsigned> {
  readonly version?: '1' | '2';
  /** ms since the epoch */
  readonly at?: number;
}

export function snsMessage({ version = '2', at = signedAt, ...changes }: MessageOptions = {}): SnsMessage {
  const unsigned: Unsigned = {
    Type: 'Notification',
    MessageId: randomUUID(),
    TopicArn: topicArn,
    Message: sesNotice(),
    Timestamp: new Date(at).toISOString(),
    ...changes,
  };
  const world = { sns: { url: new URL(certificateUrl).origin } } as AwsWorld;
  const topic = { arn: topicArn, attributes: { SignatureVersion: version }, subscriptions: [] };
  return signed(world, topic, unsigned);
}

export function snsConfirmation(Type: 'SubscriptionConfirmation' | 'UnsubscribeConfirmation'): SnsMessage {
  const SubscribeURL = 'https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription';
  return snsMessage({ Type, Token: 'a1b2c3', SubscribeURL, Message: 'You have chosen to …' });
}

/** As event publishing sends it. */
export function sesNotice(eventType = 'Delivery'): string {
  return JSON.stringify({ eventType, mail: { messageId: '0107-1', destination: ['ann@example.com'] } });
}

export function posted(message: object | string, headers: SnsExchange['headers'] = {}): SnsExchange {
  const body = typeof message === 'string' ? message : JSON.stringify(message);
  return { method: 'POST', headers, body: Buffer.from(body) };
}

/** Counts what is fetched. */
export function certificateServer(text: string = signingCertificate) {
  const urls: string[] = [];
  const fetch = async (url: string) => {
    urls.push(url);
    return text;
  };
  return { urls, fetch };
}
