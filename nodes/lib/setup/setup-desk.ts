/** Settings and wishes of a dialog come in; all that its tab “Set-up” can do with the AWS account comes out. */

import { awsClients } from '../aws/aws-clients.ts';
import type { EventLog } from '../event/event-log.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Notes } from '../kernel/notes.ts';
import { domainOf } from '../mail/address.ts';
import type { AppSettings, SesRoute } from '../settings/app-settings.ts';
import type { SetupSettings } from '../settings/read-setup-settings.ts';
import { badSetting } from '../settings/setting-readers.ts';
import type { SuppressionList } from '../suppression/suppression-list.ts';
import { openSesTransport } from '../transport/ses-transport.ts';
import { accountSuppression } from './account-suppression.ts';
import { dnsLookup } from './dns/dns-lookup.ts';
import { type DomainSetup, domainSetup } from './domain-setup.ts';
import { type EventWishes, eventPlumbing } from './event-plumbing.ts';
import { type IamFeatures, type IamPolicy, iamPolicy } from './iam-policy.ts';
import type { DomainWishes } from './identity/domain-wishes.ts';
import { inboundPlumbing } from './inbound-plumbing.ts';
import type { InboundWishes } from './plumbing/inbound-wishes.ts';
import type { PoliteCalls } from './polite-calls.ts';
import { type AwsPorts, setupOverAws } from './ports/setup-over-aws.ts';
import { loggedEvents } from './self-test/logged-events.ts';
import { type AwaitEvent, queueEvents } from './self-test/queue-events.ts';
import { selfTest } from './self-test/self-test.ts';
import type { SelfTestFacts } from './self-test/self-test-run.ts';
import type { SelfTestReport, SelfTestStep } from './self-test-step.ts';
import { setupNames } from './setup-names.ts';
import type { OnStep } from './setup-step.ts';

export interface SetupWorld {
  readonly clock: Clock;
  readonly newId: () => string;
  /** Those of the machine by default. */
  readonly dnsServers?: readonly string[];
  /** Those of the account. */
  readonly calls: PoliteCalls;
  readonly notes?: Notes;
  /** Of the app that runs with these settings' account, if it takes the events of SES. */
  readonly log?: Pick<EventLog, 'read' | 'end'>;
}

/** Days that received mails are kept in the bucket. */
const expiryDays = 30;

export class SetupDesk {
  readonly #settings: AppSettings;
  readonly #route: SesRoute;
  readonly #wishes: SetupSettings;
  readonly #world: SetupWorld;
  readonly #ports: AwsPorts;
  readonly #clients: ReturnType<typeof awsClients>;

  /** Throws EmailError `bad-settings` when the route is not Amazon SES. */
  constructor(settings: AppSettings, wishes: SetupSettings, world: SetupWorld) {
    this.#settings = settings;
    this.#route = sesRouteOf(settings);
    this.#wishes = wishes;
    this.#world = world;
    this.#clients = awsClients(this.#route.aws, world.clock);
    this.#ports = setupOverAws(this.#clients, this.#route.aws.region, world.calls);
  }

  configurationSets(): Promise<readonly string[]> {
    return this.#ports.ses.listConfigurationSets();
  }

  look(): ReturnType<DomainSetup['look']> {
    return this.#domain.look(this.#ownDomain, this.#domainWishes([]));
  }

  /** `mayChange`: what may become different in an identity that was there before. */
  prepare(mayChange: readonly string[], onStep: OnStep) {
    return this.#domain.prepare(this.#ownDomain, this.#domainWishes(mayChange), onStep);
  }

  /** What would be made so that events come back, and the pools to choose from. */
  get events() {
    const plumbing = eventPlumbing({ ...this.#ports, ...this.#world });
    return {
      pools: plumbing.pools,
      plan: () => plumbing.plan(this.#eventWishes),
      apply: (onStep: OnStep) => plumbing.apply(this.#eventWishes, onStep),
    };
  }

  get inbound() {
    const plumbing = inboundPlumbing({ ...this.#ports, ...this.#world });
    return {
      plan: () => plumbing.plan(this.#inboundWishes),
      apply: (onStep: OnStep) => plumbing.apply(this.#inboundWishes, onStep),
    };
  }

  /** `list`: of the app. */
  suppression(list: SuppressionList): ReturnType<typeof accountSuppression> {
    return accountSuppression({ ...this.#ports, ...this.#world, list });
  }

  async selfTest(onStep: (step: SelfTestStep) => void, cancel: AbortSignal): Promise<SelfTestReport> {
    const { clock, newId } = this.#world;
    const { ses, buckets } = this.#ports;
    const awaitEvent = await this.#eventsToAwait();
    const transport = openSesTransport(this.#route, { clock, concurrency: 1 });
    const ports = { ses, buckets, awaitEvent, clock, newId, deliver: transport.deliver };
    try {
      return await selfTest(await this.#testFacts(), ports, onStep, cancel);
    } finally {
      await transport.close();
    }
  }

  policy(features: IamFeatures): IamPolicy {
    const { events, inbound, bucket, prefix } = this.#names;
    const names = [...(features.events ? [events] : []), ...(features.inbound ? [inbound] : [])];
    return iamPolicy(features, {
      region: this.#route.aws.region,
      domain: this.#ownDomain,
      configurationSet: features.events ? this.#names.configurationSet : this.#route.configurationSet,
      topics: names,
      queues: names,
      bucket,
      prefix,
    });
  }

  close(): Promise<void> {
    return this.#clients.close();
  }

  get #domain(): DomainSetup {
    const dns = dnsLookup({ servers: this.#world.dnsServers });
    return domainSetup({ ...this.#ports, ...this.#world, dns });
  }

  get #ownDomain(): string {
    const { domain, mailbox = '' } = this.#settings;
    return domain ?? domainOf(mailbox);
  }

  get #names() {
    return setupNames(this.#settings.appId, this.#route.configurationSet);
  }

  /** The domain itself, or what was typed; undefined when nothing is received. */
  get #inboundDomain(): string | undefined {
    const { inbound } = this.#wishes;
    return inbound === '' ? this.#ownDomain : inbound;
  }

  #domainWishes(mayChange: readonly string[]): DomainWishes {
    const { dkim, ownKey, mailFrom, token } = this.#wishes;
    const settings = ['dkim-key', 'dkim-signing', 'mail-from'] as const;
    return {
      dkim,
      ownKey,
      mailFrom,
      token,
      inbound: this.#inboundDomain,
      mayChange: settings.filter((setting) => mayChange.includes(setting)),
    };
  }

  get #eventWishes(): EventWishes {
    const { trackOpens, trackClicks, pool, redirectDomain } = this.#wishes;
    const { configurationSet, events } = this.#names;
    return {
      configurationSet,
      topic: events,
      destination: { kind: 'sqs', queue: events },
      trackOpens,
      trackClicks,
      pool,
      redirectDomain,
    };
  }

  get #inboundWishes(): InboundWishes {
    const { inbound, bucket, prefix, rule, ruleSet } = this.#names;
    return {
      recipients: [this.#fullInboundDomain ?? this.#ownDomain],
      topic: inbound,
      destination: { kind: 'sqs', queue: inbound },
      bucket,
      prefix,
      expiryDays,
      rule,
      ruleSet,
      requireTls: false,
    };
  }

  /** `replies` is `replies.example.com`. */
  get #fullInboundDomain(): string | undefined {
    const typed = this.#inboundDomain;
    return typed === undefined || typed.includes('.') ? typed : `${typed}.${this.#ownDomain}`;
  }

  /** Two readers of one queue would take each other's events. */
  async #eventsToAwait(): Promise<AwaitEvent | undefined> {
    const { clock, log } = this.#world;
    if (log) return loggedEvents(log, clock);
    const { queues } = this.#ports;
    const queue = await queues.getQueueUrl(this.#names.events).catch(() => undefined);
    return queue === undefined ? undefined : queueEvents(queues, queue, clock);
  }

  async #testFacts(): Promise<SelfTestFacts> {
    const { defaultSender, mailbox } = this.#settings;
    const domain = this.#ownDomain;
    const sender = defaultSender?.address ?? mailbox ?? `self-test@${domain}`;
    const { bucket, prefix } = this.#names;
    const receives = this.#fullInboundDomain !== undefined && (await this.#hasBucket(bucket));
    const inbound = { address: `self-test@${this.#fullInboundDomain}`, bucket, prefix };
    return { domain, sender, inbound: receives ? inbound : undefined };
  }

  async #hasBucket(bucket: string): Promise<boolean> {
    return (await this.#ports.buckets.headBucket(bucket).catch(() => 'missing')) === 'ours';
  }
}

function sesRouteOf({ route }: AppSettings): SesRoute {
  if (route.kind === 'ses') return route;
  throw badSetting('route', 'the set-up is for Amazon SES');
}
