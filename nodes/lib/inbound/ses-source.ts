/**
 * What Amazon SES tells an app comes in, by queues that are asked or by an endpoint that SNS posts to; received mails are
 * put into the inbound queue, and what became of sent ones is told to the event room.
 */

import { type AwsClients, awsClients } from '../aws/aws-clients.ts';
import { fetchText } from '../aws/fetch-text.ts';
import type { OnNotices } from '../event/delivery-notices.ts';
import { scannerWatch } from '../event/likely-scanner.ts';
import type { SesEvent } from '../event/ses-event.ts';
import { readSesNotice, takeSesEvents } from '../event/take-ses-events.ts';
import type { Clock } from '../kernel/clock.ts';
import { asEmailError, type EmailError } from '../kernel/errors.ts';
import { inTime } from '../kernel/in-time.ts';
import type { DeliveryRecords } from '../outbound/delivery-records.ts';
import type { AppSettings, AwsAccess } from '../settings/app-settings.ts';
import { setupNames } from '../setup/setup-names.ts';
import type { SuppressionList } from '../suppression/suppression-list.ts';
import type { HttpAnswer } from '../unsubscribe/http-exchange.ts';
import type { InboundQueue } from './inbound-queue.ts';
import type { Source, SourceState } from './mail-listener.ts';
import { seldom } from './seldom.ts';
import type { NoticeBox, NoticeKind, WaitingNotice } from './ses/notice-box.ts';
import { openNoticeDesk } from './ses/notice-desk.ts';
import { takeMail } from './ses/take-mail.ts';
import { answerSns, type SnsExchange } from './sns/answer-sns.ts';
import { type FetchCertificate, signingCertificates } from './sns/signing-certificates.ts';
import { openSqsPuller, type SqsPuller } from './sqs-puller.ts';

export interface SesSource extends Source {
  /** Of `POST /email-app/<app id>/sns`; undefined where SNS is not to post. */
  readonly answerSns: ((exchange: SnsExchange) => Promise<HttpAnswer>) | undefined;
}

export interface SesSourceRooms {
  readonly queue: Pick<InboundQueue, 'accept'>;
  readonly box: NoticeBox;
  readonly records: DeliveryRecords;
  readonly list: Pick<SuppressionList, 'add'>;
  readonly onNotices: OnNotices;
  readonly clock: Clock;
  readonly random: () => number;
  readonly onTrouble: (error: EmailError) => void;
  /** What `state` tells is different. */
  readonly onChange?: () => void;
  /** For tests, where SNS is not the real one. */
  readonly fetchCertificate?: FetchCertificate;
}

export type SesSourceSettings = Pick<AppSettings, 'appId' | 'route' | 'inbound' | 'events'>;

/** Undefined for an app that asks SES for nothing. */
export function openSesSource(settings: SesSourceSettings, given: SesSourceRooms): SesSource | undefined {
  const { route, inbound, events } = settings;
  if (route.kind !== 'ses' || (!inbound.ses && !events.ses)) return undefined;
  const { clock, onTrouble, onChange = () => {} } = given;
  const rooms = { ...given, onChange, onTrouble: seldom(clock, onTrouble) };
  const aws = awsClients(route.aws, clock);
  const state = new SesSourceState();
  const desks = openDesks(settings, { ...rooms, aws, state });
  const wake = () => {
    for (const desk of Object.values(desks)) desk.wake();
  };
  const pullers = openPullers(settings, { ...rooms, aws, wake });
  return {
    answerSns: endpointOf(settings, { ...rooms, aws, access: route.aws, wake }),
    state: () => state.shown(pullers),
    async close() {
      for (const puller of pullers) puller.close();
      const closed = Promise.all(Object.values(desks).map((desk) => desk.close()));
      await inTime<unknown>(closed, { clock, ms: patience }, () => {});
      await aws.close();
    },
  };
}

/** ms; a large mail that is still being fetched then is fetched again after the start. */
const patience = 5_000;

type Rooms = SesSourceRooms & { readonly aws: AwsClients; readonly onChange: () => void };

class SesSourceState {
  #lastMailAt: number | undefined;

  mailCame(at: number): void {
    this.#lastMailAt = at;
  }

  shown(pullers: readonly SqsPuller[]): SourceState {
    const trouble = pullers.map((puller) => puller.trouble()?.message).find(Boolean);
    return { source: 'ses', connected: trouble === undefined, lastMailAt: this.#lastMailAt, trouble };
  }
}

/** Mails one by one, four at a time; events together, since they share a write. */
function openDesks(settings: SesSourceSettings, rooms: Rooms & { readonly state: SesSourceState }) {
  const { bucket, prefix } = setupNames(settings.appId);
  const isScanner = scannerWatch();
  const { maxMailBytes } = settings.inbound;
  const taking = { ...rooms, s3: rooms.aws.s3, storage: { bucket, prefix }, maxMailBytes };
  const fetchOne = async (notice: WaitingNotice) => {
    if (!(await takeMail(notice, taking))) return;
    rooms.state.mailCame(rooms.clock.now());
    rooms.onChange();
  };
  const takeEvents = (events: readonly SesEvent[]) => takeSesEvents(events, { ...rooms, isScanner });
  return {
    mail: openNoticeDesk({
      ...rooms,
      kind: 'mail',
      together: 4,
      work: (notices) => Promise.all(notices.map((notice) => failureOf(fetchOne(notice)))),
    }),
    event: openNoticeDesk({
      ...rooms,
      kind: 'event',
      together: 100,
      work: (notices) => takeAll(notices, takeEvents),
    }),
  };
}

function failureOf(work: Promise<unknown>): Promise<EmailError | undefined> {
  return work.then(() => undefined, asEmailError);
}

/** One that cannot be worked on must not hold up, or take along, the others. */
async function takeAll(
  notices: readonly WaitingNotice[],
  take: (events: readonly SesEvent[]) => Promise<void>,
): Promise<readonly (EmailError | undefined)[]> {
  const takeSome = async (some: readonly WaitingNotice[]) => take(some.map(readSesNotice));
  const together = await failureOf(takeSome(notices));
  if (!together) return notices.map(() => undefined);
  if (together.retryable) throw together;
  const failures: (EmailError | undefined)[] = [];
  for (const notice of notices) failures.push(await failureOf(takeSome([notice])));
  return failures;
}

/** By the names that the set-up gives; a queue is filled by its topic alone. */
function openPullers(settings: SesSourceSettings, rooms: Rooms & { readonly wake: () => void }): SqsPuller[] {
  const names = setupNames(settings.appId);
  const asked = [
    { queue: names.inbound, notices: settings.inbound.ses, kinds: ['mail'] as const },
    { queue: names.events, notices: settings.events.ses, kinds: ['event'] as const },
  ];
  return asked.flatMap(({ queue, notices, kinds }) => {
    if (notices?.by !== 'queue') return [];
    const isOurs = (arn: string) =>
      notices.topics.length > 0 ? notices.topics.includes(arn) : arn.split(':')[5] === queue;
    return [openSqsPuller({ ...rooms, sqs: rooms.aws.sqs, queue, kinds, isOurs, onArrival: rooms.wake })];
  });
}

function endpointOf(
  { inbound, events }: SesSourceSettings,
  rooms: Rooms & { readonly access: AwsAccess; readonly wake: () => void },
): SesSource['answerSns'] {
  const asked = { mail: inbound.ses, event: events.ses };
  const kinds = (['mail', 'event'] as const).filter((kind: NoticeKind) => asked[kind]?.by === 'endpoint');
  if (kinds.length === 0) return undefined;
  const { clock, box, aws, access, wake } = rooms;
  const fetch =
    rooms.fetchCertificate ?? ((url) => fetchText(url, { ...certificateLimits, clock, ...access }));
  const snsRooms = {
    ...rooms,
    kinds,
    topics: kinds.flatMap((kind) => asked[kind]?.topics ?? []),
    certificates: signingCertificates(fetch, clock),
    box: { accept: (notices: Parameters<NoticeBox['accept']>[0]) => box.accept(notices).then(wake) },
    async confirm({ topicArn, token }: { readonly topicArn: string; readonly token: string }) {
      await aws.sns('ConfirmSubscription', {
        TopicArn: topicArn,
        Token: token,
        AuthenticateOnUnsubscribe: 'true',
      });
    },
  };
  return (exchange) => answerSns(exchange, snsRooms);
}

/** Bytes and ms. */
const certificateLimits = { limit: 64 * 1024, time: 5_000 };
