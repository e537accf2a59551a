/** Names go in; a configuration set whose events reach this app through SNS comes out: first a plan, then the works. */
import { badSetting } from '../settings/setting-readers.ts';
import {
  layTopic,
  type TopicPlumbing,
  type TopicRooms,
  type TopicWishes,
} from './plumbing/topic-plumbing.ts';
import type { EventDestination, SesConfigurationSets } from './ports/ses-ports.ts';
import { setupRefused } from './setup-refused.ts';
import { planOrApply, type Works } from './works.ts';

export interface EventWishes extends TopicWishes {
  /** `[A-Za-z0-9_-]{1,64}` */
  readonly configurationSet: string;
  /** Opens and clicks are tracked by SES only while their events are asked for. */
  readonly trackOpens: boolean;
  readonly trackClicks: boolean;
  /** Dedicated IP pool; `null`: the shared addresses; undefined: as it is. */
  readonly pool?: string | null;
  /** Domain of open and click links; `null`: that of SES; undefined: as it is. */
  readonly redirectDomain?: string | null;
}

export interface EventPlumbing extends TopicPlumbing {
  readonly configurationSet: string;
}

export interface EventPorts extends TopicRooms {
  readonly ses: SesConfigurationSets;
}

/** `plan` and `apply` throw EmailError `bad-settings`, `setup-refused` or what AWS refused. */
export function eventPlumbing(ports: EventPorts) {
  return {
    /** Dedicated IP pools, for the dialog to choose from. */
    pools: (): Promise<readonly string[]> => ports.ses.listDedicatedIpPools(),
    ...planOrApply((wishes: EventWishes, works) => layEvents(wishes, works, ports)),
  };
}

async function layEvents(wishes: EventWishes, works: Works, ports: EventPorts): Promise<EventPlumbing> {
  const { configurationSet } = wishes;
  if (!/^[\w-]{1,64}$/.test(configurationSet))
    throw badSetting('configurationSet', 'its name has letters, digits, _ and - only, 64 at most');
  await ensureSet(wishes, works, ports);
  const topic = await layTopic(wishes, `configuration-set/${configurationSet}`, works, ports);
  await leadEvents(wishes, topic.topicArn, works, ports);
  return { ...topic, configurationSet };
}

async function ensureSet(wishes: EventWishes, works: Works, { ses }: EventPorts): Promise<void> {
  const { configurationSet: name, pool, redirectDomain } = wishes;
  if (typeof pool === 'string') await requirePool(pool, ses);
  const found = await ses.getConfigurationSet(name);
  if (found) works.keep(`The configuration set ${name} is there already.`);
  else
    await works.make(`Make the configuration set ${name}`, () => ses.createConfigurationSet(name), undefined);
  const { delivery = {}, tracking = {} } = found ?? {};
  if (pool !== undefined && (pool ?? undefined) !== delivery.pool)
    await works.change(`Send ${name} through ${poolName(pool)} (now ${poolName(delivery.pool)})`, () =>
      ses.putConfigurationSetDeliveryOptions(name, { ...delivery, pool: pool ?? undefined }),
    );
  if (redirectDomain !== undefined && (redirectDomain ?? undefined) !== tracking.redirectDomain)
    await works.change(`Have links tracked through ${redirectDomain ?? 'the domain of SES'}`, () =>
      ses.putConfigurationSetTrackingOptions(name, {
        ...tracking,
        redirectDomain: redirectDomain ?? undefined,
      }),
    );
}

async function requirePool(pool: string, ses: SesConfigurationSets): Promise<void> {
  if ((await ses.listDedicatedIpPools()).includes(pool)) return;
  throw setupRefused(`there is no dedicated IP pool ${pool} in this region`, 'pool');
}

function poolName(pool: string | null | undefined): string {
  return pool ? `the pool ${pool}` : 'shared addresses';
}

const alwaysAsked = [
  'SEND',
  'DELIVERY',
  'BOUNCE',
  'COMPLAINT',
  'REJECT',
  'DELIVERY_DELAY',
  'RENDERING_FAILURE',
  'SUBSCRIPTION',
];
/** Of an event destination. */
const longestName = 64;

/** A destination that leads to our topic is taken over, whatever its name; those of other apps are left alone. */
async function leadEvents(
  wishes: EventWishes,
  topicArn: string,
  works: Works,
  { ses }: EventPorts,
): Promise<void> {
  const { configurationSet: set, trackOpens, trackClicks } = wishes;
  const events = [...alwaysAsked, ...(trackOpens ? ['OPEN'] : []), ...(trackClicks ? ['CLICK'] : [])];
  const present = (await ses.getConfigurationSet(set))
    ? await ses.getConfigurationSetEventDestinations(set)
    : [];
  const ownName = wishes.topic.slice(0, longestName);
  const found =
    present.find((other) => other.topicArn === topicArn) ?? present.find(({ name }) => name === ownName);
  const wanted = { name: found?.name ?? ownName, enabled: true, events, topicArn };
  if (!found)
    return works.make(
      `Have ${set} publish its events to the topic`,
      () => ses.createConfigurationSetEventDestination(set, wanted),
      undefined,
    );
  const difference = differenceOf(found, wanted);
  if (difference === '') return works.keep(`${set} publishes its events to the topic already.`);
  return works.change(`Change the event destination ${found.name} of ${set}: ${difference}`, () =>
    ses.updateConfigurationSetEventDestination(set, wanted),
  );
}

/** Empty when nothing has to change. */
function differenceOf(found: EventDestination, wanted: EventDestination): string {
  const more = wanted.events.filter((event) => !found.events.includes(event));
  const less = found.events.filter((event) => !wanted.events.includes(event));
  return [
    ...(found.enabled ? [] : ['switch it on']),
    ...(found.topicArn === wanted.topicArn ? [] : ['lead it to the topic']),
    ...(more.length > 0 ? [`add ${more.join(', ')}`] : []),
    ...(less.length > 0 ? [`no longer ${less.join(', ')}`] : []),
  ].join('; ');
}
