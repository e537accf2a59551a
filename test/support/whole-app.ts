import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { EmailApp } from '../../nodes/lib/app/email-app.ts';
import { openOwnStore } from '../../nodes/lib/app/open-own-store.ts';
import { openTransport } from '../../nodes/lib/app/open-transport.ts';
import type { EmailError } from '../../nodes/lib/kernel/errors.ts';
import type { Outbox, PartRecord } from '../../nodes/lib/outbound/outbox.ts';
import type { AppSettings, DeliverySettings } from '../../nodes/lib/settings/app-settings.ts';
import type { Transport } from '../../nodes/lib/transport/transport.ts';
import { fakeClock } from './fake-clock.ts';
import { processWorld } from './process-world.ts';
import { sampleSettings } from './sample-settings.ts';
import { temporaryFolder } from './sqlite-outbox.ts';

export interface WholeAppOptions {
  readonly route: AppSettings['route'];
  readonly delivery?: Partial<DeliverySettings>;
  /** Something between the app and its route, for a test of the test. */
  readonly around?: (transport: Transport) => Transport;
  /** Mails in the hands of a peer that does not answer them: there time alone helps. */
  readonly stalled?: () => number;
  readonly random?: () => number;
}

export type WholeApp = Awaited<ReturnType<typeof openWholeApp>>;

/** Longer than any of these dialogues takes on a busy machine. */
const patience = 40_000;
/** Turns of the event loop without anything under way, after which nothing comes of itself. */
const calm = 4;

/**
 * An app as it runs, its store on disk and its route on a real socket, in a time that the test moves. Time stands still
 * while the store or the route works, so that no work takes longer than it should.
 */
export async function openWholeApp(options: WholeAppOptions) {
  const { route, delivery, around = (transport) => transport, stalled = () => 0 } = options;
  const { folder, remove } = temporaryFolder();
  const troubles: EmailError[] = [];
  const random = options.random ?? (() => 0.5);
  const clock = fakeClock(undefined, quiet);
  const settings = sampleSettings({ route }, { rate: 10, concurrency: 5, ...delivery });
  const world = processWorld(folder, { clock, random, onTrouble: (trouble) => troubles.push(trouble) });
  const store = await openOwnStore(settings, world);
  const pending = new Set<Promise<unknown>>();
  const counted = <Result>(work: Promise<Result>): Promise<Result> => {
    const counting = work.finally(() => pending.delete(counting));
    pending.add(counting);
    return counting;
  };
  const outbox = countedCalls(store.outbox, counted);
  const opened = around(openTransport(settings, { clock, folder }));
  const quota = opened.quota && (() => counted(opened.quota?.() ?? assert.fail()));
  const transport: Transport = { ...opened, quota };
  const app: EmailApp = new EmailApp({ ...world, ...store, outbox, settings, transport });

  async function quiet(): Promise<void> {
    const end = Date.now() + patience;
    for (let still = 0; still < calm; still += 1) {
      await Promise.allSettled(pending);
      await new Promise((resolve) => setImmediate(resolve));
      if (pending.size > 0 || app.state().sending > stalled()) still = -1;
      assert.ok(Date.now() < end, `it does not come to rest: ${JSON.stringify(app.state())}`);
    }
  }

  /** Resolves with the email ids when the mails are on disk: one for each address or list of addresses. */
  async function send(...mails: readonly (string | string[])[]): Promise<string[]> {
    const sendOne = async (to: string | string[]): Promise<string> => {
      const fields = { to, copies: 'together', subject: 'Hi', payload: 'Good day' } as const;
      const order = { requestId: randomUUID(), mode: 'message', fields, node: 'n1', reports: true } as const;
      const { copies } = await app.send(order);
      return copies[0]?.id ?? assert.fail('it has no copy');
    };
    return Promise.all(mails.map(sendOne));
  }

  async function find(id: string): Promise<PartRecord> {
    return (await app.find(id)) ?? assert.fail('an accepted mail is gone');
  }

  async function close(): Promise<void> {
    let isClosed = false;
    const closing = app.close().finally(() => {
      isClosed = true;
    });
    while (!isClosed) await clock.advance(1000);
    await closing;
    remove();
  }

  return { app, store, folder, clock, troubles, quiet, send, find, close, pass: clock.advance };
}

/** The outbox, each of its calls passed through `counted`. */
function countedCalls(outbox: Outbox, counted: (call: Promise<unknown>) => Promise<unknown>): Outbox {
  const get = (target: Outbox, name: keyof Outbox): unknown => {
    const call = target[name] as (...given: unknown[]) => Promise<unknown>;
    return (...given: unknown[]) => counted(call(...given));
  };
  return new Proxy(outbox, { get: get as never });
}
