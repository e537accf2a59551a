import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Node, NodeAPI } from 'node-red';
import type { TokenWork } from '../lib/app/borrow-tokens.ts';
import type { EmailApp } from '../lib/app/email-app.ts';
import type { SharedSources, World } from '../lib/app/world.ts';
import { systemClock } from '../lib/kernel/clock.ts';
import { closeAfter } from '../lib/kernel/close-after.ts';
import { EmailError } from '../lib/kernel/errors.ts';
import type { MoveCounts, MoveStep } from '../lib/move/move-app.ts';
import type { AppSettings } from '../lib/settings/app-settings.ts';
import { alertOwner } from './alert-owner.ts';
import { inTurns } from './in-turns.ts';
import { publicPages } from './public-pages.ts';

/** What an email-app node offers to the nodes that use it. */
export interface EmailAppNode extends Node {
  /** Rejects with the reason when the app could not be opened. */
  readonly running: Promise<EmailApp>;
}

/** Of the email-app node that another one names. Throws EmailError `missing-app`, and why it could not be opened. */
export async function appOfNode(RED: NodeAPI, id: unknown): Promise<EmailApp> {
  const node = RED.nodes.getNode(String(id)) as EmailAppNode | null;
  if (node?.type !== 'email-app') throw new EmailError('missing-app', { field: 'app' });
  return node.running;
}

/** Opens apps and their public pages for one Node-RED; an app id is open once at a time. */
export interface RunningApps {
  open(settings: AppSettings, node: Node): Promise<EmailApp>;
  close(app: EmailApp): Promise<void>;
  /** The app that runs with this data id. */
  find(appId: string): EmailApp | undefined;
  /** Closes the app if it runs, and brings all that it keeps from the one store to the other; it stays closed until a deploy. */
  move(from: AppSettings, to: AppSettings, onStep: (step: MoveStep) => void): Promise<MoveCounts>;
  /** Works with the tokens of an app that runs, or whose store is opened for it: a deploy waits until it is closed. */
  withTokens<Result>(settings: AppSettings, work: TokenWork<Result>): Promise<Result>;
}

export function runningApps(RED: NodeAPI): RunningApps {
  const running = new Map<string, EmailApp>();
  const pages = publicPages(RED);
  let shared: SharedSources | undefined;
  const closings = new Map<EmailApp, () => Promise<void>>();
  /** Opening and closing the store of one app never overlap. */
  const turns = inTurns();
  const find = (appId: string) => running.get(appId);
  const shut = async (app: EmailApp): Promise<void> => {
    const { appId } = app.settings;
    if (running.get(appId) !== app) return;
    await closings.get(app)?.();
    closings.delete(app);
    await app.close().finally(() => running.delete(appId));
  };
  return {
    find,
    open: (settings, node) =>
      turns.take(settings.appId, async () => {
        const { appId } = settings;
        if (running.has(appId))
          throw new EmailError('app-in-use', { field: 'appId', detail: { value: appId } });
        // Most of this package: loaded with the first app, so that Node-RED starts without it.
        const { openEmailApp } = await import('../lib/app/open-email-app.ts');
        const { sharedSources } = await import('../lib/app/open-sources.ts');
        shared ??= sharedSources(process.platform);
        const world = { ...nodeRedWorld(RED), ...troubles(node, settings, find), sources: shared };
        const app = await openEmailApp(settings, world);
        closings.set(app, await pages.open(app, world.onTrouble).catch(closeAfter(app)));
        running.set(appId, app);
        return app;
      }),
    close: (app) => turns.take(app.settings.appId, () => shut(app)),
    move: (from, to, onStep) =>
      turns.take(from.appId, async () => {
        const { moveOwnStore } = await import('../lib/app/move-own-store.ts');
        const app = find(from.appId);
        if (app) await shut(app);
        return moveOwnStore(from, to, { ...nodeRedWorld(RED), onTrouble() {} }, onStep);
      }),
    withTokens: (settings, work) =>
      lendTokens(settings, { ...nodeRedWorld(RED), onTrouble() {} }, { find, turns, work }),
  };
}

interface Lending<Result> {
  readonly find: RunningApps['find'];
  readonly turns: ReturnType<typeof inTurns>;
  readonly work: TokenWork<Result>;
}

async function lendTokens<Result>(
  settings: AppSettings,
  world: World,
  { find, turns, work }: Lending<Result>,
): Promise<Result> {
  const { borrowStoredTokens, borrowTokens } = await import('../lib/app/borrow-tokens.ts');
  const { appId } = settings;
  const app = find(appId);
  if (app) return borrowTokens(app, settings, world, work);
  return turns.take(appId, async () => {
    const opened = find(appId);
    if (opened) return borrowTokens(opened, settings, world, work);
    return borrowStoredTokens(settings, world, work);
  });
}

function troubles(
  node: Node,
  settings: AppSettings,
  find: RunningApps['find'],
): Pick<World, 'onTrouble' | 'onSignInNeeded'> {
  const onTrouble = (error: EmailError) => node.error(error.message);
  return { onTrouble, onSignInNeeded: alertOwner(node, settings, find) };
}

function nodeRedWorld(RED: NodeAPI): Omit<World, 'onTrouble' | 'onSignInNeeded'> {
  return {
    clock: systemClock,
    elapsed: () => performance.now(),
    random: Math.random,
    newId: randomUUID,
    randomBytes,
    keysOf: (appId) => process.env[`EMAIL_APP_KEYS_${appId}`],
    folder: appsFolder(RED),
    storeWorker: join(__dirname, '..', 'lib', 'store', 'store-worker.js'),
    nodeVersion: process.versions.node,
  };
}

/** `email-app/` below the Node-RED user directory. */
export function appsFolder(RED: NodeAPI): string {
  return join(RED.settings.userDir ?? '.', 'email-app');
}
