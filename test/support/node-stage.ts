/** The built nodes in node-red-node-test-helper, with a folder of their own and a mail server that takes everything. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node, NodeMessageInFlow } from 'node-red';
import helper from 'node-red-node-test-helper';
import { SMTPServer } from 'smtp-server';
import type { EmailAppNode } from '../../nodes/glue/running-app.ts';

const require = createRequire(import.meta.url);
const hosts = { '5': '../../demo/package.json', '4': '../node-red-4/package.json' } as const;
const version = process.env.NODE_RED === '4' ? '4' : '5';

helper.init(createRequire(new URL(hosts[version], import.meta.url)).resolve('node-red'));

const nodes = [
  'email-app',
  'send-email',
  'inbound-email',
  'email-event',
  'unsubscribe-filter',
  'webhook-out',
].map((name) => require(`../../dist/nodes/${name}.js`).default);

export interface Caught {
  readonly to: string[];
  readonly source: string;
}

export interface Stage {
  readonly mails: Caught[];
  /** Answers of the mail server by recipient, e.g. `{ 'x@y.example': 550 }`. */
  readonly refusals: Map<string, number>;
  load(flow: object[], credentials?: object): Promise<void>;
  /** Starts the same flow again, as a deploy does. */
  unload(): Promise<void>;
  node(id: string): Node;
  /** The next message that reaches a helper node. */
  next(id: string): Promise<NodeMessageInFlow>;
  /** Resolves with a promise of the next acceptance of a mail by the app. */
  nextAcceptance(): Promise<{ accepted: Promise<void> }>;
  readonly app: Record<string, unknown>;
  close(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'email-app-nodes-'));
  const mails: Caught[] = [];
  const refusals = new Map<string, number>();
  const server = mailServer(mails, refusals);
  const port = await new Promise<number>((resolve) => {
    const listener = server.listen(0, '127.0.0.1', () => {
      const address = listener.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
  helper.settings({ userDir: folder });
  return {
    mails,
    refusals,
    load: (flow, credentials = {}) => helper.load(nodes, flow as never, credentials as never),
    unload: () => helper.unload() as Promise<void>,
    node: (id) => helper.getNode(id) as unknown as Node,
    next: (id) =>
      new Promise((resolve) => helper.getNode(id).once('input', (message) => resolve(message as never))),
    async nextAcceptance() {
      const app = await (helper.getNode('app') as unknown as EmailAppNode).running;
      const send = app.send.bind(app);
      return {
        accepted: new Promise((resolve, reject) => {
          app.send = (order) => {
            const outcome = send(order);
            outcome.then(() => resolve(), reject);
            return outcome;
          };
        }),
      };
    },
    app: {
      id: 'app',
      type: 'email-app',
      name: 'Shop',
      appId: 'testtesttest0001',
      identity: 'example.com',
      sender: 'Shop <shop@example.com>',
      route: 'smtp',
      host: '127.0.0.1',
      port: String(port),
      security: 'none',
      rate: '1000',
    },
    async close() {
      await helper.unload();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function mailServer(mails: Caught[], refusals: Map<string, number>): SMTPServer {
  return new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onRcptTo({ address }, _session, done) {
      const responseCode = refusals.get(address);
      done(responseCode ? Object.assign(new Error('5.1.1 User unknown'), { responseCode }) : null);
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk) => chunks.push(chunk));
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address);
        mails.push({ to, source: Buffer.concat(chunks).toString() });
        done();
      });
    },
  });
}
