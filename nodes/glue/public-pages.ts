import type { NodeAPI } from 'node-red';
import type { EmailApp } from '../lib/app/email-app.ts';
import { type Clock, systemClock } from '../lib/kernel/clock.ts';
import { asEmailError, type EmailError } from '../lib/kernel/errors.ts';
import type { UnsubscribeRooms } from '../lib/unsubscribe/answer-unsubscribe.ts';
import { requestLimits } from '../lib/unsubscribe/request-limits.ts';
import { scannerAlarm } from '../lib/unsubscribe/scanner-alarm.ts';
import { mountPublicEndpoint } from './public-endpoint.ts';
import { publicListeners } from './public-listener.ts';

/** The pages that recipients reach, for as long as their app runs. */
export interface PublicPages {
  /** The returned function ends it. A listener that cannot be opened is trouble, and no reason to stop sending. */
  open(app: EmailApp, onTrouble: (error: EmailError) => void): Promise<() => Promise<void>>;
}

/** On Node-RED's own server, and on the app's own listener where it has one. */
export function publicPages(RED: NodeAPI, clock: Clock = systemClock): PublicPages {
  const endpoint = mountPublicEndpoint(RED);
  const listeners = publicListeners(endpoint);
  return {
    async open(app, onTrouble) {
      const { answerUnsubscribe } = await import('../lib/unsubscribe/answer-unsubscribe.ts');
      const { settings, suppressions: list, keys, resubscription } = app;
      const { appId, unsubscribe } = settings;
      const limits = requestLimits(clock);
      const alarm = scannerAlarm({ find: (emailId) => app.find(emailId), clock, onTrouble });
      const rooms: UnsubscribeRooms = {
        appId,
        list,
        keys,
        settings: unsubscribe,
        clock,
        limits,
        resubscription,
        onLeft: alarm.left,
        onTrouble,
      };
      const stop = endpoint.serve(appId, {
        trustedProxies: unsubscribe.trustedProxies,
        answer: (facts) => answerUnsubscribe(facts, rooms),
        answerSns: app.ses?.answerSns,
        answerMail: app.mailRoom.httpReceipt?.answer,
      });
      const close = await openListener();
      return async () => {
        stop();
        alarm.close();
        await close();
      };

      async function openListener(): Promise<() => Promise<void>> {
        if (!unsubscribe.listener) return async () => {};
        return listeners.open(unsubscribe.listener).catch((thrown: unknown) => {
          onTrouble(asEmailError(thrown));
          return async () => {};
        });
      }
    },
  };
}
