import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Node, NodeAPI } from 'node-red';
import type { EmailApp } from '../lib/app/email-app.ts';
import { openEmailApp, type World } from '../lib/app/open-email-app.ts';
import { systemClock } from '../lib/kernel/clock.ts';
import { EmailError } from '../lib/kernel/errors.ts';
import type { AppSettings } from '../lib/settings/app-settings.ts';
import { publicPages } from './public-pages.ts';

/** What an email-app node offers to the nodes that use it. */
export interface EmailAppNode extends Node {
  /** Rejects with the reason when the app could not be opened. */
  readonly running: Promise<EmailApp>;
}

/** Opens apps and their public pages for one Node-RED; an app id is open once at a time. */
export interface RunningApps {
  open(settings: AppSettings, node: Node): Promise<EmailApp>;
  close(app: EmailApp): Promise<void>;
}

export function runningApps(RED: NodeAPI): RunningApps {
  const openIds = new Set<string>();
  const pages = publicPages(RED);
  const closings = new Map<EmailApp, () => Promise<void>>();
  return {
    async open(settings, node) {
      const { appId } = settings;
      if (openIds.has(appId))
        throw new EmailError('app-in-use', { field: 'appId', detail: { value: appId } });
      openIds.add(appId);
      const world = nodeRedWorld(RED, node);
      try {
        const app = await openEmailApp(settings, world);
        closings.set(app, await pages.open(app, world.onTrouble).catch(closeAfter(app)));
        return app;
      } catch (thrown) {
        openIds.delete(appId);
        throw thrown;
      }
    },
    async close(app) {
      await closings.get(app)?.();
      closings.delete(app);
      await app.close().finally(() => openIds.delete(app.settings.appId));
    },
  };
}

/** An app without its pages would keep its store locked, with nobody to close it. */
function closeAfter(app: EmailApp) {
  return async (thrown: unknown): Promise<never> => {
    await app.close();
    throw thrown;
  };
}

function nodeRedWorld(RED: NodeAPI, node: Node): World {
  return {
    clock: systemClock,
    random: Math.random,
    newId: randomUUID,
    randomBytes,
    keysOf: (appId) => process.env[`EMAIL_APP_KEYS_${appId}`],
    folder: appsFolder(RED),
    storeWorker: join(__dirname, '..', 'lib', 'store', 'store-worker.js'),
    nodeVersion: process.versions.node,
    onTrouble: (error) => node.error(error.message),
  };
}

/** `email-app/` below the Node-RED user directory. */
export function appsFolder(RED: NodeAPI): string {
  return join(RED.settings.userDir ?? '.', 'email-app');
}
