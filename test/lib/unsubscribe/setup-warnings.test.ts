import assert from 'node:assert/strict';
import type { UnsubscribeSettings } from '../../../nodes/lib/settings/app-settings.ts';
import type { InboundSettings } from '../../../nodes/lib/settings/inbound-settings.ts';
import {
  type SetupFacts,
  type SetupWarning,
  setupWarnings,
} from '../../../nodes/lib/unsubscribe/setup-warnings.ts';
import { sampleSettings } from '../../support/sample-settings.ts';

type Facts = Partial<Omit<SetupFacts, 'settings'>> & {
  readonly baseUrl?: string;
  readonly unsubscribe?: Partial<UnsubscribeSettings>;
  readonly inbound?: InboundSettings;
};

const https = 'https://flows.example.com';
const mailto = 'leave@example.com';
const receiver = (addresses: string[]): InboundSettings => ({
  ...sampleSettings().inbound,
  smtp: { host: 'mail-in.example.com', address: '0.0.0.0', port: 2525, addresses },
});
const listener = { address: '0.0.0.0', port: 8443 };

const cases: [title: string, facts: Facts, warnings: SetupWarning[]][] = [
  ['a complete setup', {}, []],
  [
    'unsubscribing that is off',
    { baseUrl: undefined, pagesNeedPassword: true, unsubscribe: { enabled: false, mailto } },
    [],
  ],
  ['a missing base URL', { baseUrl: undefined }, ['no-base-url']],
  ['a base URL with http', { baseUrl: 'http://127.0.0.1:1880' }, ['http-base-url']],
  ['a password before the pages', { pagesNeedPassword: true }, ['http-node-auth']],
  ['an own listener beside that password', { pagesNeedPassword: true, unsubscribe: { listener } }, []],
  [
    'a mail-to address nobody processes',
    { unsubscribe: { mailto } },
    ['mailto-not-received', 'mailto-not-processed'],
  ],
  ['a filter that gets no mail', { unsubscribe: { mailto }, requests: 'unwired' }, ['mailto-not-received']],
  ['a filter that gets mails', { unsubscribe: { mailto }, requests: 'processed' }, []],
  [
    'a mail-to address that the receiver does not take',
    { unsubscribe: { mailto }, requests: 'processed', inbound: receiver([]) },
    ['mailto-not-received'],
  ],
  [
    'a mail-to address that the receiver takes',
    { unsubscribe: { mailto }, requests: 'processed', inbound: receiver([mailto]) },
    [],
  ],
  [
    'one that it takes, and whose mails no filter gets',
    { unsubscribe: { mailto }, requests: 'unwired', inbound: receiver([mailto]) },
    ['mailto-not-processed'],
  ],
  ['no mail-to address', { requests: 'unprocessed' }, []],
];

describe('setupWarnings', () => {
  for (const [title, facts, warnings] of cases) {
    it(`says ${warnings.join(' and ') || 'nothing'} for ${title}`, () =>
      assert.deepEqual(warningsOf(facts), warnings));
  }
});

function warningsOf({ unsubscribe, ...facts }: Facts): SetupWarning[] {
  const { pagesNeedPassword = false, requests = 'unprocessed' } = facts;
  const baseUrl = 'baseUrl' in facts ? facts.baseUrl : https;
  const settings = {
    baseUrl,
    inbound: facts.inbound ?? sampleSettings().inbound,
    unsubscribe: { ...sampleSettings().unsubscribe, enabled: true, ...unsubscribe },
  };
  return setupWarnings({ settings, pagesNeedPassword, requests });
}
