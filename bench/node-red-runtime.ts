/** A real Node-RED in this process, without editor and disk traffic of its own, for the variants that are nodes. */
import { writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EmailApp } from '../nodes/lib/app/email-app.ts';

const demo = createRequire(new URL('../demo/package.json', import.meta.url));

/** The one that Node-RED serves its HTTP nodes with. */
export const express = createRequire(demo.resolve('node-red'))('express');

export interface Flow {
  readonly id: string;
  readonly type: string;
  readonly [property: string]: unknown;
}

interface RuntimeNode {
  receive(message: object): void;
}

export interface Runtime {
  node(id: string): RuntimeNode;
  /** What an email-app node runs. */
  app(id: string): Promise<EmailApp>;
  /** Serves what nodes serve over HTTP. */
  readonly httpNode: RequestListener;
  /** Resolves when `count` messages were reported done by their nodes. */
  completed(count: number): Promise<void>;
  stop(): Promise<void>;
}

interface Surroundings {
  readonly credentials?: Readonly<Record<string, object>>;
  /** Beside or instead of the usual ones. */
  readonly settings?: object;
}

/** `nodesFolder`: of nodes beside those in the user directory. */
export async function startRuntime(
  nodesFolder: string | undefined,
  flows: readonly Flow[],
  userDir: string,
  { credentials = {}, settings = {} }: Surroundings = {},
): Promise<Runtime> {
  const RED = demo('node-red');
  await writeFile(join(userDir, 'flows_cred.json'), JSON.stringify(credentials));
  await writeFile(join(userDir, 'flows.json'), JSON.stringify(flows));
  RED.init(createServer(), {
    userDir,
    flowFile: 'flows.json',
    nodesDir: nodesFolder === undefined ? [] : [fileURLToPath(new URL(nodesFolder, import.meta.url))],
    httpAdminRoot: false,
    httpNodeRoot: '/',
    logging: { console: { level: 'error' } },
    telemetry: { enabled: false, updateNotification: false },
    credentialSecret: false,
    editorTheme: { projects: { enabled: false } },
    externalModules: { autoInstall: false, palette: { allowInstall: false } },
    ...settings,
  });
  const started = new Promise((resolve) => RED.events.once('flows:started', resolve));
  await RED.start();
  await started;
  return {
    node: (id) => RED.nodes.getNode(id),
    app: async (id) => RED.nodes.getNode(id).running,
    httpNode: express().use('/', RED.httpNode),
    completed: (count) =>
      new Promise((resolve) => {
        let left = count;
        RED.hooks.add('onComplete.bench', () => {
          if (--left > 0) return;
          RED.hooks.remove('*.bench');
          resolve();
        });
      }),
    stop: () => RED.stop(),
  };
}
