import type {
  ConfigurationSet,
  EventDestination,
  ReceiptRule,
  SesAccount,
  SesAccounts,
  SesConfigurationSets,
  SesIdentities,
  SesIdentity,
  SesReceiving,
  SesSuppressions,
  SuppressedAddress,
} from '../../nodes/lib/setup/ports/ses-ports.ts';
import type { AwsPorts } from '../../nodes/lib/setup/ports/setup-over-aws.ts';
import { buckets, type MemoryBucket, queues, topics } from './memory-notices.ts';

/** The set-up's ports to AWS in memory; `calls` holds the name of every call, in order. */
export function memoryAws(region = 'eu-central-1') {
  const state = {
    identities: new Map<string, SesIdentity>(),
    tokens: new Map<string, string>(),
    account: { ...soundAccount } as SesAccount,
    sets: new Map<string, ConfigurationSet & { destinations: EventDestination[] }>(),
    pools: [] as string[],
    suppressed: new Map<string, SuppressedAddress>(),
    pageSize: 2,
    ruleSets: new Map<string, ReceiptRule[]>(),
    activeSet: undefined as string | undefined,
    topics: new Map<string, Record<string, string>>(),
    subscriptions: [] as { topicArn: string; protocol: string; endpoint: string; confirmed: boolean }[],
    queues: new Map<string, Record<string, string>>(),
    messages: [] as string[],
    buckets: new Map<string, MemoryBucket>(),
    foreignBuckets: new Set<string>(),
    /** Of another account that lets everybody see and write. */
    squattedBuckets: new Set<string>(),
    calls: [] as string[],
  };
  const ports: AwsPorts = {
    ses: recorded(
      { ...identities(state), ...account(state), ...sets(state), ...suppressions(state) },
      state.calls,
    ),
    receiving: recorded(receiving(state), state.calls),
    topics: recorded(topics(state, region), state.calls),
    queues: recorded(queues(state), state.calls),
    buckets: recorded(buckets(state), state.calls),
    region,
  };
  return { ...ports, state };
}

export type MemoryAws = ReturnType<typeof memoryAws>;
export type MemoryState = MemoryAws['state'];

const soundAccount: SesAccount = {
  production: true,
  sending: true,
  enforcement: 'HEALTHY',
  perDay: 50_000,
  perSecond: 14,
  sentLastDay: 3,
  suppressedReasons: ['BOUNCE', 'COMPLAINT'],
};

export const hostedZone = 'dkim.eu-central-1.example-zone.com';

export function newIdentity(changes: Partial<SesIdentity> = {}): SesIdentity {
  const tokens = ['aaa', 'bbb', 'ccc'];
  const dkim = { signing: true, state: 'PENDING', origin: 'AWS_SES', tokens, hostedZone } as const;
  return { verified: false, state: 'PENDING', dkim, ...changes };
}

function recorded<Port extends object>(port: Port, calls: string[]): Port {
  return new Proxy(port, {
    get: (target, name) => {
      const method = Reflect.get(target, name) as (...values: unknown[]) => unknown;
      return (...values: unknown[]) => {
        calls.push(String(name));
        return method(...values);
      };
    },
  });
}

function identities({ identities: known, tokens }: MemoryState): SesIdentities {
  const change = (domain: string, changes: Partial<SesIdentity>) =>
    void known.set(domain, { ...(known.get(domain) ?? newIdentity()), ...changes });
  return {
    getEmailIdentity: async (domain) => known.get(domain),
    createEmailIdentity: async ({ domain, key }) => {
      const own = {
        signing: true,
        state: 'PENDING',
        origin: 'EXTERNAL',
        tokens: [key?.selector ?? ''],
      } as const;
      known.set(domain, newIdentity(key ? { dkim: own } : {}));
    },
    putEmailIdentityDkimAttributes: async (domain, signing) =>
      change(domain, { dkim: { ...(known.get(domain) ?? newIdentity()).dkim, signing } }),
    putEmailIdentityDkimSigningAttributes: async (domain, key) => {
      const own = { origin: 'EXTERNAL', tokens: [key === 'easy' ? '' : key.selector] };
      change(domain, { dkim: { ...newIdentity().dkim, ...(key === 'easy' ? {} : own) } });
    },
    putEmailIdentityMailFromAttributes: async (domain, mailFrom, onMxFailure) =>
      change(domain, { mailFrom: { domain: mailFrom, state: 'PENDING', onMxFailure } }),
    verifyDomainIdentity: async (domain) => {
      tokens.set(domain, 'dG9rZW4=');
      return 'dG9rZW4=';
    },
    getIdentityVerificationAttributes: async (domain) =>
      tokens.has(domain) ? { state: 'PENDING', token: tokens.get(domain) } : undefined,
  };
}

function account(state: MemoryState): SesAccounts {
  return {
    getAccount: async () => state.account,
    putAccountSuppressionAttributes: async (reasons) => {
      state.account = { ...state.account, suppressedReasons: reasons };
    },
  };
}

function sets({ sets: known, pools }: MemoryState): SesConfigurationSets {
  const change = (name: string, changes: Partial<ConfigurationSet>) =>
    void Object.assign(known.get(name) as ConfigurationSet, changes);
  const put = async (set: string, destination: EventDestination) => {
    const found = known.get(set);
    if (!found) throw new Error('no such set');
    found.destinations = [...found.destinations.filter(({ name }) => name !== destination.name), destination];
  };
  return {
    listConfigurationSets: async () => [...known.keys()],
    getConfigurationSet: async (name) => known.get(name),
    createConfigurationSet: async (name) =>
      void known.set(name, { delivery: {}, tracking: {}, destinations: [] }),
    getConfigurationSetEventDestinations: async (name) => known.get(name)?.destinations ?? [],
    createConfigurationSetEventDestination: put,
    updateConfigurationSetEventDestination: put,
    listDedicatedIpPools: async () => pools,
    putConfigurationSetDeliveryOptions: async (name, delivery) => change(name, { delivery }),
    putConfigurationSetTrackingOptions: async (name, tracking) => change(name, { tracking }),
  };
}

function suppressions(state: MemoryState): SesSuppressions {
  return {
    getSuppressedDestination: async (address) => state.suppressed.get(address),
    listSuppressedDestinations: async (next = '0') => {
      const end = Number(next) + state.pageSize;
      const all = [...state.suppressed.values()];
      return { entries: all.slice(Number(next), end), next: end < all.length ? String(end) : undefined };
    },
    putSuppressedDestination: async (address, reason) =>
      void state.suppressed.set(address, { address, reason, at: 0 }),
    deleteSuppressedDestination: async (address) => void state.suppressed.delete(address),
  };
}

function receiving(state: MemoryState): SesReceiving {
  const describe = (name: string | undefined) => {
    const rules = name === undefined ? undefined : state.ruleSets.get(name);
    return rules && name !== undefined ? { name, rules } : undefined;
  };
  const rulesOf = (set: string) => {
    const rules = state.ruleSets.get(set);
    if (!rules) throw new Error(`no set ${set}`);
    return rules;
  };
  return {
    describeActiveReceiptRuleSet: async () => describe(state.activeSet),
    describeReceiptRuleSet: async (name) => describe(name),
    listReceiptRuleSets: async () => [...state.ruleSets.keys()],
    createReceiptRuleSet: async (name) => void state.ruleSets.set(name, []),
    setActiveReceiptRuleSet: async (name) => {
      state.activeSet = name;
    },
    createReceiptRule: async (set, rule, after) => {
      const rules = rulesOf(set);
      rules.splice(rules.findIndex(({ name }) => name === after) + 1, 0, rule);
    },
    updateReceiptRule: async (set, rule) => {
      const rules = rulesOf(set);
      rules.splice(
        rules.findIndex(({ name }) => name === rule.name),
        1,
        rule,
      );
    },
  };
}
