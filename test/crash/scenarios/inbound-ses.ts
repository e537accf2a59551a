import { setupNames } from '../../../nodes/lib/setup/setup-names.ts';
import { testKeys } from '../../support/aws/aws-world.ts';
import { type AwsStandIn, startAws } from '../../support/aws/start-aws.ts';
import { setUpSes } from '../../support/set-up-ses.ts';
import { snsMessage } from '../../support/sns-notices.ts';
import { crashTopic } from '../inbound-load-sources.ts';
import { type Feeding, inboundToll } from '../inbound-runs.ts';
import type { Control, Orders, Scenario, Toll } from '../scenario.ts';

const { inbound } = setupNames('app00001');
/** So that some are left whenever it is killed. */
const mailsPerKill = 50;

const controls: readonly Control[] = [
  { mode: 'lossy', fault: 'losing mail between notice and receipt', in: 'lost', kills: 2 },
  { mode: 'keyless', fault: 'taking a mail for another when it comes again', in: 'wrong', kills: 2 },
];
const promise = 'takes every mail; tells one twice only after a kill, as the same';
const common = { promise, kills: 3, leastPerKill: 10, states: ['told'], controls } as const;

export const inboundSqs: Scenario = {
  ...common,
  name: 'sqs',
  subject: 'a receiver from Amazon SES, told by a queue,',
  run: (orders) => withMails(orders, (aws, lying) => ({ ...byQueue(aws), lying })),
};

export const inboundSns: Scenario = {
  ...common,
  name: 'sns',
  subject: 'a receiver from Amazon SES, told by POST,',
  run: (orders) => withMails(orders, byPost),
};

async function withMails(
  orders: Orders,
  feedingOf: (aws: AwsStandIn, subjects: readonly string[]) => Feeding,
): Promise<Toll> {
  const aws = await startAws({ verified: ['example.com'] });
  try {
    await setUpSes({ region: 'eu-central-1', keys: testKeys, endpoint: aws.endpoint });
    const subjects = await receive(aws, orders.kills * mailsPerKill);
    return await inboundToll(orders, feedingOf(aws, subjects));
  } finally {
    await aws.close();
  }
}

async function receive(aws: AwsStandIn, count: number): Promise<string[]> {
  const subjects = Array.from({ length: count }, (_, index) => `mail-${index}`);
  for (const [index, subject] of subjects.entries()) {
    const filler = index % 10 === 0 ? 'x'.repeat(76).concat('\r\n').repeat(1000) : '';
    const raw = Buffer.from(`Subject: ${subject}\r\n\r\n${filler}`);
    await aws.state.receive(raw, { recipients: ['in@example.com'] });
  }
  await aws.state.settled();
  return subjects;
}

const messagesOf = (aws: AwsStandIn) => aws.state.sqs.queues.get(inbound)?.messages ?? [];

/** What was not deleted comes again, as after its time: at once, so that no run waits for it. */
function byQueue(aws: AwsStandIn): Feeding {
  return {
    words: ['sqs', aws.endpoint],
    feed: async () => {},
    recover: () => {
      for (const message of messagesOf(aws)) message.visibleAt = 0;
    },
  };
}

interface Notice {
  readonly subject: string;
  readonly body: string;
}

/** As SNS does: what was not answered with 200 is posted again. */
function byPost(aws: AwsStandIn, subjects: readonly string[]): Feeding {
  const left: Notice[] = messagesOf(aws).map(({ body }, index) => {
    const Message = JSON.parse(body).Message as string;
    const message = snsMessage({ Message, TopicArn: crashTopic, at: Date.now() });
    return { subject: subjects[index] ?? '', body: JSON.stringify(message) };
  });
  return {
    words: ['sns', aws.endpoint],
    feed: (port, _run, acknowledged) =>
      Promise.all([post(port, left, acknowledged), post(port, left, acknowledged)]),
  };
}

async function post(port: number, left: Notice[], acknowledged: string[]): Promise<void> {
  const url = `http://127.0.0.1:${port}/email-app/app00001/sns`;
  const headers = { 'content-type': 'text/plain; charset=UTF-8' };
  for (let next = left.shift(); next; next = left.shift()) {
    const status = await fetch(url, { method: 'POST', headers, body: next.body }).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 200) acknowledged.push(next.subject);
    else left.unshift(next);
    if (status === 0) return;
    if (status !== 200) throw new Error(`a notice was answered with ${status}`);
  }
}
