import { exampleFlows, type exampleNames, type FlowNode } from '../../demo/example-flows.ts';
import { type FlowResults, openFlowResults } from '../support/flow-results.ts';
import { type MailSink, openMailSink } from '../support/mail-sink.ts';
import { nodeRedVersion } from '../support/node-red-version.ts';
import { type NodeRedOptions, type RunningNodeRed, startNodeRed } from '../support/start-node-red.ts';

/** Where the Node-RED that is started is reached. */
const urlVariable = 'NODE_RED_URL';

type ExampleName = (typeof exampleNames)[number];

export interface BenchOptions {
  readonly example: ExampleName | readonly ExampleName[];
  /** Properties of the example's email app besides its way to the sink. */
  readonly app?: Readonly<Record<string, unknown>>;
  /** Changes nodes of the example: gives them their credentials. */
  readonly adjust?: (node: FlowNode) => FlowNode;
  /** Milliseconds that the mail server takes for a mail. */
  readonly slowness?: number;
  readonly userDir?: string;
  /** Where the example's apps receive mail, instead of at their usual port. */
  readonly receiverPort?: number;
  /** The port of another mail server than the sink. */
  readonly smtpPort?: number;
}

/** One example in a Node-RED of its own, with a mail server that keeps what it sends. */
export interface FlowBench {
  readonly nodeRed: RunningNodeRed;
  readonly sink: MailSink;
  readonly results: FlowResults;
  readonly flows: readonly FlowNode[];
  /** Presses the button of the inject node of that name. */
  press(name: string): Promise<void>;
  /** Starts a Node-RED again over the same data. */
  startAgain(): Promise<void>;
  close(): Promise<void>;
}

export async function openFlowBench(options: BenchOptions): Promise<FlowBench> {
  const sink = await openMailSink(options);
  const results = await openFlowResults();
  const way = { route: 'smtp', host: '127.0.0.1', port: options.smtpPort ?? sink.port, security: 'none' };
  const baseUrl = `\${${urlVariable}}`;
  const { userDir, receiverPort: port, adjust = (node) => node } = options;
  const receiving = port === undefined ? {} : { port, receiverPort: port };
  const example = exampleFlows([options.example].flat(), { ...way, baseUrl, ...options.app }, receiving);
  const flows = results.watch(example.map(adjust));
  const start = (more: Partial<NodeRedOptions>) =>
    startNodeRed({ version: nodeRedVersion, userDir, ...more });
  let nodeRed = await start({ flows }).catch(async (error) => {
    await Promise.all([results.close(), sink.close()]);
    throw error;
  });

  return {
    get nodeRed() {
      return nodeRed;
    },
    sink,
    results,
    flows,
    async press(name) {
      const button = flows.find((node) => node.type === 'inject' && node.name === name);
      const answer = await fetch(`${nodeRed.url}/inject/${button?.id}`, { method: 'POST' });
      if (!answer.ok) throw new Error(`The button ${name} could not be pressed: ${answer.status}`);
    },
    async startAgain() {
      nodeRed = await start({});
    },
    async close() {
      await nodeRed.stop();
      await results.close();
      await sink.close();
    },
  };
}
