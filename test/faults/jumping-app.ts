import { EmailApp } from '../../nodes/lib/app/email-app.ts';
import { EmailError } from '../../nodes/lib/kernel/errors.ts';
import type { SendFields } from '../../nodes/lib/request/send-fields.ts';
import type { AppStore } from '../../nodes/lib/store/open-app-store.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { sampleSettings } from '../support/sample-settings.ts';
import { openTestStore } from '../support/sqlite-suppressions.ts';
import { watchStores } from '../support/store-watch.ts';

/** A clock that is set while its timers go on, as those of a machine do. */
export function jumpingClock(pending: () => number) {
  const steady = fakeClock(undefined, async () => {
    for (let calm = 0; calm < 4; calm += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (pending() > 0) calm = -1;
    }
  });
  let offset = 0;
  return {
    ...steady,
    now: () => steady.now() + offset,
    jump(ms: number): void {
      offset += ms;
    },
  };
}

/** An app on a real store, whose route answers as a test says. */
export async function jumpingApp(folder: string) {
  const stores = watchStores();
  const clock = jumpingClock(stores.pending);
  const delivered: string[] = [];
  const troubles: string[] = [];
  let failure: EmailError | undefined;
  let ids = 0;
  let claims = 0;
  let store: AppStore;
  let app: EmailApp;
  async function open(): Promise<void> {
    const opened = await openTestStore(folder, { now: clock.now() });
    const { outbox } = opened;
    const claim: typeof outbox.claim = (...order) => {
      claims += 1;
      return outbox.claim(...order);
    };
    store = { ...opened, outbox: { ...outbox, claim } };
    app = new EmailApp({
      ...store,
      settings: sampleSettings({}, { rate: 1000 }),
      clock,
      random: () => 0.5,
      newId: () => `id${++ids}`,
      onTrouble: ({ code }) => troubles.push(code),
      transport: {
        async deliver({ envelope }) {
          if (failure) throw failure;
          delivered.push(...envelope.to);
          return { code: 'sent', accepted: envelope.to, refused: [], response: '250 Ok' };
        },
        verify: async () => 'fine',
        close: async () => {},
      },
    });
    await clock.settle();
  }
  async function close(): Promise<void> {
    const closing = app.close();
    await clock.advance(0);
    await closing;
  }
  await open();
  return {
    clock,
    delivered,
    troubles,
    claims: () => claims,
    get app() {
      return app;
    },
    get store() {
      return store;
    },
    fail(code?: 'message-delayed' | 'sender-unauthenticated') {
      const options = { retryable: true, detail: { response: '450 4.7.0 later' } };
      failure = code && new EmailError(code, options);
    },
    async send(to: string, fields: SendFields = {}) {
      const mail = { to, subject: 'Hello', plaintext: 'Hello', ...fields };
      const sent = app.send({
        requestId: `r${++ids}`,
        mode: 'message',
        fields: mail,
        node: 'n1',
        reports: true,
      });
      await clock.settle();
      return sent;
    },
    async restart(jump = 0) {
      await close();
      clock.jump(jump);
      await open();
    },
    async end() {
      await close();
      stores.end();
    },
  };
}
