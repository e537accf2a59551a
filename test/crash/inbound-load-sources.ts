/** The sources that a process made to be killed receives from; each answers the port it listens at, if it does. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { publicEndpoint } from '../../nodes/glue/public-endpoint.ts';
import { openHttpReceipt } from '../../nodes/lib/inbound/http-receipt.ts';
import { openImapSource } from '../../nodes/lib/inbound/imap-source.ts';
import type { InboundQueue } from '../../nodes/lib/inbound/inbound-queue.ts';
import { mailboxClaims } from '../../nodes/lib/inbound/mailbox-claims.ts';
import { openSesSource } from '../../nodes/lib/inbound/ses-source.ts';
import { smtpReceivers } from '../../nodes/lib/inbound/smtp-receiver.ts';
import { systemClock as clock } from '../../nodes/lib/kernel/clock.ts';
import type { EmailError } from '../../nodes/lib/kernel/errors.ts';
import type { SesNotices } from '../../nodes/lib/settings/event-settings.ts';
import type { AppStore } from '../../nodes/lib/store/open-app-store.ts';
import { testKeys } from '../support/aws/aws-world.ts';
import { signingCertificate } from '../support/aws/sns/signed-message.ts';
import { sampleSettings } from '../support/sample-settings.ts';

interface Load {
  readonly store: AppStore;
  readonly queue: Pick<InboundQueue, 'accept'>;
  /** Where the source is. */
  readonly place: string;
  readonly onTrouble: (error: EmailError) => void;
}

const maxMailBytes = 40_000_000;

/** That the process is told by. */
export const crashTopic = 'arn:aws:sns:eu-central-1:111122223333:email-app-app00001-inbound';

export const loadSources: Readonly<Record<string, (load: Load) => Promise<number>>> = {
  async smtp({ queue, onTrouble }) {
    const { port } = await smtpReceivers().open(
      { host: 'mx.b.example', address: '127.0.0.1', port: 0, addresses: [] },
      {
        appId: 'app00001',
        forwardingAddress: 'in@mx.b.example',
        ...{ queue, maxMailBytes, clock, onTrouble },
      },
    );
    return port;
  },

  async imap({ store, queue, place, onTrouble }) {
    const [port, user = ''] = place.split('/');
    openImapSource(
      {
        host: '127.0.0.1',
        port: Number(port),
        security: 'none',
        tls: { verify: true },
        folder: 'INBOX',
        afterRead: { kind: 'delete' },
        login: { kind: 'password', user, password: 'secret' },
      },
      {
        queue,
        notes: store.outbox,
        clock,
        random: Math.random,
        maxMailBytes,
        claims: mailboxClaims(process.platform),
        onTrouble,
      },
    );
    return 0;
  },

  async sqs(load) {
    openSes(load, { by: 'queue', topics: [] });
    return 0;
  },

  async sns(load) {
    const source = openSes(load, { by: 'endpoint', topics: [crashTopic] });
    const endpoint = publicEndpoint();
    endpoint.serve('app00001', {
      trustedProxies: [],
      answer: () => Promise.reject(new Error('not asked')),
      answerSns: source?.answerSns,
    });
    return listen((request, response) => endpoint.handle(request, response, () => {}));
  },

  async http({ queue, onTrouble }) {
    const receipt = openHttpReceipt({ secret: 'secret' }, { queue, maxMailBytes, clock, onTrouble });
    return listen(async (request, response) => {
      const { method = '', headers } = request;
      const answer = await receipt.answer({ method, headers, ip: '127.0.0.1', body: request });
      response.writeHead(answer.status, { ...answer.headers }).end(answer.body);
    });
  },
};

async function listen(answer: RequestListener): Promise<number> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function openSes({ store, queue, place, onTrouble }: Load, ses: SesNotices) {
  const aws = { region: 'eu-central-1', keys: testKeys, endpoint: place };
  const { inbound } = sampleSettings();
  return openSesSource(
    sampleSettings({ route: { kind: 'ses', aws, bulk: false }, inbound: { ...inbound, ses } }),
    {
      queue,
      box: store.notices,
      records: store.deliveries,
      list: store.suppressions,
      onNotices: async () => {},
      clock,
      random: Math.random,
      onTrouble,
      fetchCertificate: async () => signingCertificate,
    },
  );
}
