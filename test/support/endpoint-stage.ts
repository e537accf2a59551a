import type { NewEvent } from '../../nodes/lib/event/event-log.ts';
import type { EmailError } from '../../nodes/lib/kernel/errors.ts';
import type { Notes } from '../../nodes/lib/kernel/notes.ts';
import { type EndpointState, openEndpoint } from '../../nodes/lib/webhook/open-endpoint.ts';
import type { WebhookAnswer, WebhookRequest } from '../../nodes/lib/webhook/webhook-answer.ts';
import type { NewWebhook, WebhookQueue } from '../../nodes/lib/webhook/webhook-queue.ts';
import type { WebhookResult } from '../../nodes/lib/webhook/webhook-result.ts';
import type { WebhookSettings } from '../../nodes/lib/webhook/webhook-settings.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';
import { memoryWebhookQueue } from './memory-webhook-queue.ts';
import { newWebhook } from './new-webhook.ts';
import { webhookSettings } from './webhook-settings.ts';

export type ScriptedAnswer = WebhookAnswer | Promise<WebhookAnswer>;

export const taken: WebhookAnswer = { kind: 'taken', status: 204 };
export const gone: WebhookAnswer = { kind: 'gone', status: 410 };
export const busy = { kind: 'later', status: 503, code: 'webhook-failed', why: 'answered 503' } as const;
export const refused: WebhookAnswer = { kind: 'refused', code: 'blocked-address', why: 'it is private' };

export interface StagePlace {
  readonly clock: FakeClock;
  readonly queue: WebhookQueue;
  readonly notes: Notes;
  /** Of the events that are written with what is given up. */
  onEvent(listener: (event: NewEvent) => void): void;
}

export function stagePlace(): StagePlace {
  const listeners: ((event: NewEvent) => void)[] = [];
  const notes = new Map<string, string>();
  return {
    clock: fakeClock(),
    queue: memoryWebhookQueue(1000, (event) => {
      for (const listener of listeners) listener(event);
    }),
    onEvent: (listener) => void listeners.push(listener),
    notes: {
      readNote: async (name) => notes.get(name),
      writeNote: async (name, value) =>
        void (value === undefined ? notes.delete(name) : notes.set(name, value)),
    },
  };
}

/** An endpoint whose receiver is the test: `answers` in their order, then `otherwise`. */
export function endpointStage(
  changes: Partial<WebhookSettings> = {},
  place: StagePlace = stagePlace(),
  otherwise: (request: WebhookRequest) => ScriptedAnswer = () => taken,
) {
  const { clock } = place;
  const requests: WebhookRequest[] = [];
  const answers: ScriptedAnswer[] = [];
  const results: WebhookResult[] = [];
  const messages: (string | undefined)[] = [];
  const events: NewEvent[] = [];
  const troubles: EmailError[] = [];
  const states: EndpointState[] = [];
  let posterClosed = false;
  place.onEvent((event) => events.push(event));
  const endpoint = openEndpoint({
    ...place,
    settings: webhookSettings(changes),
    random: () => 0.5,
    sign: ({ id, now }) => ({ 'webhook-id': id, 'webhook-timestamp': String(now) }),
    poster: {
      async post(request) {
        requests.push(request);
        return answers.shift() ?? otherwise(request);
      },
      async close() {
        posterClosed = true;
      },
    },
    onSettled(webhook, result) {
      results.push(result);
      messages.push(webhook.message);
    },
    onEvent: (event) => events.push(event),
    onTrouble: (error) => troubles.push(error),
    onState: (state) => states.push(state),
    onClosed: () => {},
  });
  const accept = async (...given: (string | NewWebhook)[]) => {
    const acceptedAt = clock.now();
    await endpoint.accept(
      given.map((one) => (typeof one === 'string' ? newWebhook(one, { acceptedAt }) : one)),
    );
    await clock.settle();
  };
  return {
    ...place,
    endpoint,
    requests,
    answers,
    results,
    messages,
    events,
    troubles,
    states,
    accept,
    posted: () => requests.map(({ headers }) => String(headers['webhook-id'])),
    isPosterClosed: () => posterClosed,
  };
}

/** An answer that comes when the test says so. */
export function heldAnswer() {
  let give: (answer: WebhookAnswer) => void = () => {};
  const answer = new Promise<WebhookAnswer>((resolve) => (give = resolve));
  return { answer, give };
}
