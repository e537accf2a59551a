/** The flow under load: every node of the package is wired, and everything comes from and goes to other processes. */
export const soakAppId = 'soaksoaksoaksoak';

export interface FlowPlaces {
  /** Of the mail server that takes. */
  readonly mail: number;
  /** Of the receiver of webhooks. */
  readonly hook: number;
  /** Where mail is received. */
  readonly receiver: number;
}

type FlowNode = Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string };

export function soakFlow({ mail, hook, receiver }: FlowPlaces): readonly FlowNode[] {
  return [
    { id: idOf('flow'), type: 'tab', label: 'Soak' },
    app(mail, receiver),
    ...sending,
    ...telling(hook),
  ];
}

const app = (port: number, receiverPort: number): FlowNode => ({
  ...{ id: idOf('app'), type: 'email-app', name: 'Soak', appId: soakAppId, identity: 'example.com' },
  ...{ sender: 'Shop <shop@example.com>', baseUrl: 'https://mail.example.com' },
  ...{ route: 'smtp', host: '127.0.0.1', port, security: 'none' },
  ...{ rate: 100_000, concurrency: 20, maxWaiting: 1_000_000, keepDays: 1, keyDays: 1 },
  ...{ unsubscribeEnabled: true, unsubscribeHeaders: true },
  ...{ inboundSmtp: true, receiverHost: 'in.example.com', receiverAddress: '127.0.0.1', receiverPort },
  receiverAddresses: 'support@example.com',
});

/** Node-RED takes any property for a reference that has the id of a node: ours are like no other text. */
const idOf = (name: string): string => `soak ${name}`;

const node = (name: string, type: string, wires: readonly string[][], more: object = {}): FlowNode => ({
  ...{ id: idOf(name), type, z: idOf('flow'), app: idOf('app') },
  wires: wires.map((names) => names.map(idOf)),
  ...more,
});

const rule = (p: string, to = `payload.${p}`): object => ({ t: 'set', p, pt: 'msg', to, tot: 'msg' });
const fields = {
  ...{ mode: 'message', to: 'to', toType: 'msg', subject: 'topic', subjectType: 'msg' },
  ...{ payload: 'payload', payloadType: 'msg', plaintext: 'plaintext', plaintextType: 'msg' },
};

/** `/single`: answered when the mail was sent; `/personal`: filtered, and answered when its copies are on disk. */
const sending: readonly FlowNode[] = [
  ...['single', 'personal'].map((name) =>
    node(name, 'http in', [[`read ${name}`]], { url: `/${name}`, method: 'post' }),
  ),
  node('read single', 'change', [['single mail']], {
    rules: ['to', 'topic', 'plaintext', 'payload'].map((p) => rule(p)),
  }),
  node('read personal', 'change', [['filter']], {
    rules: ['to', 'topic', 'plaintext', 'payload'].map((p) => rule(p)),
  }),
  node('filter', 'unsubscribe-filter', [['personal mail'], ['answer']], {
    ...{ mode: 'filter', recipients: 'to', recipientsType: 'msg', outputs: 2 },
    ...{ messageClass: 'transactional', messageClassType: 'str' },
  }),
  node('single mail', 'send-email', [['answer'], ['refuse'], ['refuse']], { ...fields, replyWhen: 'sent' }),
  node('personal mail', 'send-email', [['answer'], ['refuse'], ['refuse']], {
    ...fields,
    replyWhen: 'queued',
  }),
  node('fault', 'catch', [['refuse']], { scope: null }),
  node('refuse', 'change', [['answer']], {
    rules: [
      { t: 'set', p: 'statusCode', pt: 'msg', to: '500', tot: 'num' },
      { t: 'set', p: 'payload', pt: 'msg', to: 'error.message', tot: 'msg' },
    ],
  }),
  // what a result brought is not for an HTTP client
  node('answer', 'change', [['response']], { rules: [{ t: 'delete', p: 'headers', pt: 'msg' }] }),
  node('response', 'http response', []),
];

const telling = (port: number): readonly FlowNode[] => {
  const host = `127.0.0.1:${port}`;
  const hook = (path: string): object => ({
    url: `http://${host}/${path}`,
    allowedHosts: host,
    concurrency: 10,
  });
  return [
    node('happened', 'email-event', [['tell event']]),
    node('tell event', 'webhook-out', [[], []], hook('events')),
    node('inbox', 'inbound-email', [['leaves?'], ['leaves?']], { rules: [], outputs: 2 }),
    node('leaves?', 'unsubscribe-filter', [['received'], ['received'], ['received']], {
      ...{ mode: 'process', outputs: 3, ruleMatch: 'any', conditions: [] },
    }),
    node('received', 'change', [['tell received']], {
      rules: [
        { t: 'set', p: 'topic', pt: 'msg', to: 'mail.received', tot: 'str' },
        { t: 'delete', p: 'email', pt: 'msg' },
      ],
    }),
    node('tell received', 'webhook-out', [[], []], hook('received')),
  ];
};
