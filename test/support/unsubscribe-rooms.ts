import type { Clock } from '../../nodes/lib/kernel/clock.ts';
import type { EmailError } from '../../nodes/lib/kernel/errors.ts';
import type { KeyRing } from '../../nodes/lib/keys/key-ring.ts';
import type { UnsubscribeSettings } from '../../nodes/lib/settings/app-settings.ts';
import { answerUnsubscribe, type UnsubscribeRooms } from '../../nodes/lib/unsubscribe/answer-unsubscribe.ts';
import type { HttpAnswer, HttpFacts } from '../../nodes/lib/unsubscribe/http-exchange.ts';
import { requestLimits } from '../../nodes/lib/unsubscribe/request-limits.ts';
import { sealToken, type TokenClaims } from '../../nodes/lib/unsubscribe/unsubscribe-token.ts';
import { fakeClock } from './fake-clock.ts';
import { fixedKeys } from './fixed-keys.ts';
import { memorySuppressionList, suppressionMemory } from './memory-suppression-list.ts';
import { sampleSettings } from './sample-settings.ts';

export const sampleTopics = [
  { id: 'news', name: 'Monthly news', description: 'What is new in the shop' },
  { id: 'offers', name: 'Offers' },
];

interface RoomsOptions {
  readonly settings?: Partial<UnsubscribeSettings>;
  readonly keys?: KeyRing;
  readonly clock?: Clock;
}

/** The rooms of one app's pages over a list in memory, and what a test looks at. */
export function unsubscribeRooms({ settings, keys = fixedKeys(), clock = fakeClock() }: RoomsOptions = {}) {
  const memory = suppressionMemory();
  const list = memorySuppressionList(memory);
  const troubles: EmailError[] = [];
  const leftBy: string[] = [];
  const rooms: UnsubscribeRooms = {
    appId: 'app00001',
    list,
    keys,
    settings: sampleSettings({}, {}, { topics: sampleTopics, ...settings }).unsubscribe,
    clock,
    limits: requestLimits(clock),
    onLeft: (emailId) => leftBy.push(emailId),
    onTrouble: (error) => troubles.push(error),
  };
  return {
    rooms,
    list,
    memory,
    troubles,
    leftBy,
    token: (claims: Partial<TokenClaims> = {}) =>
      sealToken({ appId: 'app00001', address: 'ann@example.com', emailId: 'mail-1', ...claims }, keys),
    ask: (facts: Partial<HttpFacts> & { token: string }): Promise<HttpAnswer> =>
      answerUnsubscribe({ method: 'GET', body: new Uint8Array(), ip: '192.0.2.1', ...facts }, rooms),
  };
}
