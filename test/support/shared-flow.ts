/** The flow that several Node-REDs run alike; what differs between them is in their environment. */
export const sharedApp = 'several1';
export const pacedApp = 'several2';

export interface SharedFlowOptions {
  /** Ports on loopback. */
  readonly smtp: number;
  readonly imap?: number;
  readonly database: { readonly database: string; readonly user: string; readonly password: string };
  /** Of the email-app node. */
  readonly app?: object;
}

/** A property that Node-RED reads from the environment. */
const ofMachine = (variable: string) => `\${${variable}}`;

/** What comes out of it is written, a line of JSON each, to the file that the environment names. */
const tell = (what: string, facts: string) => ({
  type: 'function',
  z: 'tab',
  libs: [{ var: 'fs', module: 'fs' }],
  func: `fs.appendFileSync(env.get('STORY'), JSON.stringify({ what: '${what}', ${facts} }) + '\\n');`,
  outputs: 1,
  wires: [[]],
});

/**
 * POST /queue {names} is answered when they are accepted; POST /report {names} at once, and their results are told;
 * POST /paced {names} like the first, by an app that sends 10 a second; POST /manage as the list's node takes it.
 */
export function sharedFlow(options: SharedFlowOptions): object[] {
  const { smtp, imap, database, app } = options;
  const place = {
    ...{
      storeKind: 'postgres',
      storeSecurity: 'none',
      storeHost: '127.0.0.1',
      storePort: ofMachine('DATABASE_PORT'),
    },
    ...{ storeDatabase: database.database, storeUser: database.user },
  };
  const way = { route: 'smtp', host: '127.0.0.1', port: smtp, security: 'none', ehloName: ofMachine('EHLO') };
  const mailbox = imap && { inboundImap: true, imapHost: '127.0.0.1', imapPort: imap, imapSecurity: 'none' };
  const secrets = { storePassword: database.password, imapUser: 'ann', imapPassword: 'secret' };
  const common = {
    ...place,
    ...way,
    sender: 'shop@example.com',
    baseUrl: 'https://shop.example.com',
    credentials: secrets,
  };
  return [
    { id: 'tab', type: 'tab', label: 'Shared' },
    {
      ...{ id: 'app', type: 'email-app', name: 'Shared', appId: sharedApp, identity: 'example.com' },
      ...{ ...common, rate: 300, concurrency: 4, ...mailbox, ...app },
    },
    {
      ...{ id: 'slow', type: 'email-app', name: 'Paced', appId: pacedApp, identity: 'example.org' },
      ...{ ...common, sender: 'shop@example.org', rate: 10, concurrency: 4 },
    },
    ...sending('queue', 'app', true),
    ...sending('paced', 'slow', true),
    ...sending('report', 'app', false),
    { id: 'manage', type: 'http in', z: 'tab', url: '/manage', method: 'post', wires: [['list']] },
    {
      id: 'list',
      type: 'unsubscribe-filter',
      z: 'tab',
      app: 'app',
      mode: 'manage',
      wires: [['answer'], [], []],
    },
    { id: 'answer', type: 'http response', z: 'tab', wires: [] },
    { id: 'events', type: 'email-event', z: 'tab', app: 'app', types: ['email.sent'], wires: [['event']] },
    { id: 'event', ...tell('event', 'id: msg.email.id, name: msg.email.correlationId') },
    ...(imap ? [{ id: 'mails', type: 'inbound-email', z: 'tab', app: 'app', wires: [['mail'], []] }] : []),
    {
      id: 'mail',
      ...tell('mail', 'id: msg.email.id, name: msg.email.subject, redelivered: msg.email.redelivered'),
    },
    { id: 'states', type: 'status', z: 'tab', scope: ['send-queue'], wires: [['state']] },
    { id: 'state', ...tell('state', 'name: msg.status.text') },
    { id: 'failures', type: 'catch', z: 'tab', scope: null, wires: [['failure', 'refuse']] },
    { id: 'failure', ...tell('failure', 'name: msg.error.message, of: msg.error.source.id') },
    {
      ...{ id: 'refuse', type: 'function', z: 'tab', outputs: 1, wires: [['answer']] },
      func: 'if (!msg.res) return; msg.statusCode = 503; msg.payload = {}; return msg;',
    },
  ];
}

function sending(name: string, app: string, isQueued: boolean): object[] {
  const fields = Object.fromEntries(
    ['to', 'payload', 'correlationId'].flatMap((field) => [
      [field, field],
      [`${field}Type`, 'msg'],
    ]),
  );
  const node = { id: `send-${name}`, type: 'send-email', z: 'tab', app, mode: 'message', ...fields };
  const subject = { subject: 'Hello', subjectType: 'str', copies: 'personal' };
  const fill = `const { names } = msg.payload;
    msg.to = names.map((name) => ({ address: name + '@example.net', correlationId: name }));
    msg.payload = 'Good day';`;
  return [
    { id: name, type: 'http in', z: 'tab', url: `/${name}`, method: 'post', wires: [[`fill-${name}`]] },
    {
      ...{ id: `fill-${name}`, type: 'function', z: 'tab', outputs: 2 },
      func: isQueued
        ? `${fill} return [msg, null];`
        : `${fill} const { res, req, ...mail } = msg; return [mail, { res, req, payload: {} }];`,
      wires: [[`send-${name}`], ['answer']],
    },
    {
      ...{ ...node, ...subject, replyWhen: isQueued ? 'queued' : 'sent' },
      wires: isQueued ? [[`done-${name}`], [], []] : [['result'], ['result'], ['result']],
    },
    isQueued
      ? {
          ...{ id: `done-${name}`, type: 'function', z: 'tab', outputs: 1, wires: [['answer']] },
          func: 'msg.payload = msg.email; return msg;',
        }
      : {
          id: 'result',
          ...tell(
            'result',
            'name: msg.email.correlationId, status: msg.email.status, resumed: msg.email.resumed === true',
          ),
        },
  ];
}
