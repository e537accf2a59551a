import type { SoftBounceTally } from '../event/automatic-suppression.ts';
import type { EventLog } from '../event/event-log.ts';
import type { InboundQueue } from '../inbound/inbound-queue.ts';
import type { KeptMails } from '../inbound/kept-mails.ts';
import type { NoticeBox } from '../inbound/ses/notice-box.ts';
import type { Claims } from '../kernel/claims.ts';
import type { Clock } from '../kernel/clock.ts';
import type { EmailError } from '../kernel/errors.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { DkimSigner } from '../mail/dkim-signer.ts';
import type { AccessLog } from '../message-log/access-log.ts';
import type { EventTally } from '../message-log/event-tally.ts';
import type { MessageLog } from '../message-log/message-log.ts';
import type { TokenKeeper } from '../oauth/token-keeper.ts';
import type { DeliveryRecords } from '../outbound/delivery-records.ts';
import type { Mailings } from '../outbound/mailings.ts';
import type { Outbox } from '../outbound/outbox.ts';
import type { Pace } from '../outbound/pace.ts';
import type { AppSettings } from '../settings/app-settings.ts';
import type { AppStore } from '../store/open-app-store.ts';
import type { StoreTrouble } from '../store/store-health.ts';
import type { SuppressionList } from '../suppression/suppression-list.ts';
import type { Transport } from '../transport/transport.ts';
import type { WebhookQueue } from '../webhook/webhook-queue.ts';
import type { ClockWatchRooms } from './watch-clock.ts';

/** What an email app is made of; `openEmailApp` opens each and the app closes them. */
export interface AppParts {
  readonly settings: AppSettings;
  readonly outbox: Outbox;
  readonly mailings: Mailings;
  readonly suppressions: SuppressionList;
  readonly events: EventLog;
  readonly tally: EventTally;
  readonly softBounces: SoftBounceTally;
  readonly inbound: InboundQueue;
  /** Received mails that the flows have had. */
  readonly kept?: KeptMails;
  readonly deliveries: DeliveryRecords;
  readonly webhooks: WebhookQueue;
  readonly messageLog: MessageLog;
  readonly accessLog: AccessLog;
  /** Of the SMTP receiver. */
  readonly forwardingAddress?: string;
  /** Of Amazon, where they are kept. */
  readonly notices?: NoticeBox;
  /** Where several machines run the app. */
  readonly claims?: Claims;
  readonly pace?: Pace;
  readonly onTakeover?: AppStore['onTakeover'];
  /** Of the store. */
  readonly health: StoreTrouble;
  readonly setBack: ClockWatchRooms['setBack'];
  readonly keys: KeyRing;
  readonly transport: Transport;
  readonly signer?: DkimSigner;
  /** When the route signs in with OAuth. */
  readonly tokens?: TokenKeeper;
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly newId: () => string;
  /** Told of trouble that no message can report: the store fails, the app pauses itself. */
  readonly onTrouble: (error: EmailError) => void;
}
