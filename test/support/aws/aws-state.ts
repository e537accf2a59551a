// The account as a test holds it: all that the stand-in knows, and what a test can make happen in it.
import type { AwsWorld } from './aws-world.ts';
import { type Happening, tell } from './ses/events.ts';
import { type SentMail, verify } from './ses/ses-state.ts';
import { type Incoming, type Receipt, receive } from './ses-v1/receive.ts';
import { deliver } from './sns/delivery.ts';
import { topicOf } from './sns/topics.ts';

export interface AwsState extends AwsWorld {
  /** Mails that SES took, oldest first. */
  readonly sent: readonly SentMail[];
  /** Makes an identity verified as if its DNS records stood. */
  verify(name: string): void;
  /** Lets something happen to a mail that was sent; resolves when the subscribers know. */
  tell(messageId: string, happening: Happening): Promise<void>;
  /** A mail comes in from the world; resolves when it is stored and the subscribers know. */
  receive(raw: Buffer, incoming: Incoming): Promise<Receipt>;
  /** Publishes a message; resolves when every subscriber has it or was given up. */
  publish(topicArn: string, message: string, subject?: string): Promise<void>;
  /** Resolves when nothing goes on behind the answers any more. */
  settled(): Promise<void>;
}

export function stateOf(world: AwsWorld): AwsState {
  return Object.assign(world, {
    sent: world.ses.sent,
    verify: (name: string) => verify(world.ses, name),
    async tell(messageId: string, happening: Happening) {
      const mail = world.ses.sent.find((sent) => sent.messageId === messageId);
      if (!mail) throw new Error(`No mail ${messageId} was sent.`);
      await tell(world, mail, happening);
    },
    receive: (raw: Buffer, incoming: Incoming) => receive(world, raw, incoming),
    publish: (topicArn: string, message: string, subject?: string) =>
      deliver(world, topicOf(world, topicArn), { message, subject }),
    async settled() {
      while (world.background.size > 0) await Promise.all(world.background);
    },
  });
}
