/** Settings that may never have been deployed come in; what the receiver makes of a sample event goes out, in plain words. */
import type { Clock } from '../kernel/clock.ts';
import type { BodyCheck } from './body/body-check.ts';
import { sampleEvent } from './body/sample-event.ts';
import { webhookBody } from './body/webhook-body.ts';
import { signWebhook } from './sign-webhook.ts';
import type { WebhookAnswer, WebhookPoster } from './webhook-answer.ts';
import type { WebhookSettings } from './webhook-settings.ts';
import { destinationOf } from './webhook-target.ts';

export interface TryParts {
  readonly poster: WebhookPoster;
  readonly check: BodyCheck;
  readonly clock: Clock;
  readonly newId: () => string;
}

export interface TryOutcome {
  readonly ok: boolean;
  readonly text: string;
}

/** The sample event as it is posted; `message` is what a flow would have brought. */
export function sampleBody({ format }: Pick<WebhookSettings, 'format'>, id: string, now: number): string {
  const event = sampleEvent(id, now);
  const message = { topic: event.type, payload: event, email: event };
  return webhookBody({ kind: 'event', event, message }, format)?.body ?? '';
}

/** Posts once, past the queue, to the node's own URL or to this one. Throws EmailError for a body that cannot be made, or does not fit the schema. */
export async function tryWebhook(
  settings: WebhookSettings,
  url: string | undefined,
  { poster, check, clock, newId }: TryParts,
): Promise<TryOutcome> {
  const { url: address, authorization } = destinationOf({ target: url ? { url } : undefined }, settings);
  const id = `test_${newId()}`;
  const started = clock.now();
  const body = sampleBody(settings, id, started);
  check(body);
  const headers = {
    ...signWebhook({ id, body, now: started, settings }),
    ...(authorization !== undefined && { authorization }),
  };
  const answer = await poster.post({ url: address, headers, body });
  return inWords(answer, clock.now() - started);
}

function inWords(answer: WebhookAnswer, duration: number): TryOutcome {
  const { status } = answer;
  if (answer.kind === 'taken')
    return { ok: true, text: `The receiver took it: HTTP ${status}, after ${duration} ms.` };
  const why = answer.kind === 'gone' ? 'The receiver answered HTTP 410' : sentence(answer.why);
  const advice = status === undefined ? undefined : adviceFor(status);
  return { ok: false, text: `${why}, after ${duration} ms.${advice ? ` ${advice}` : ''}` };
}

/** Without its full stop: more follows. */
function sentence(why: string): string {
  return `${why.charAt(0).toUpperCase()}${why.slice(1)}`.replace(/\.$/, '');
}

function adviceFor(status: number): string | undefined {
  if (status >= 300 && status < 400) return 'It wants to send us elsewhere: enter the final address as URL.';
  return (
    advice[status] ?? (status >= 500 ? 'That is the receiver’s own trouble: look into its log.' : undefined)
  );
}

const advice: Readonly<Record<number, string>> = {
  400: 'It does not understand the body: compare the format with what it expects.',
  401: 'It wants another authorization, or another secret.',
  403: 'It wants another authorization, or another secret.',
  404: 'There is nothing at this address: look at the path of the URL.',
  405: 'It takes no POST at this address: look at the path of the URL.',
  410: 'It says that it wants no more webhooks at this address.',
  413: 'The body is too large for it.',
  415: 'It does not take JSON at this address.',
  422: 'It does not accept the body: compare the format with what it expects.',
  429: 'It is asked too often: try again later.',
};
