import assert from 'node:assert/strict';
import { setupNames } from '../../nodes/lib/setup/setup-names.ts';
import { testKeys } from '../support/aws/aws-world.ts';
import { type AwsStandIn, startAws } from '../support/aws/start-aws.ts';
import { setUpSes } from '../support/set-up-ses.ts';
import { snsMessage } from '../support/sns-notices.ts';
import { temporaryFolder } from '../support/sqlite-outbox.ts';
import { crashTopic } from './inbound-load-sources.ts';
import { assertNothingLeft, doubledOf, type Feeding, lostOf, type Mode, wholeStory } from './inbound-runs.ts';

const { inbound } = setupNames('app00001');
const mailCount = 300;
type Way = 'queue' | 'endpoint';

describe('a receiver from Amazon SES whose process is killed', function () {
  this.timeout(120_000);
  let aws: AwsStandIn;
  let folder: string;
  let remove: () => void;

  beforeEach(async () => {
    ({ folder, remove } = temporaryFolder());
    aws = await startAws({ verified: ['example.com'] });
    await setUpSes({ region: 'eu-central-1', keys: testKeys, endpoint: aws.endpoint });
  });
  afterEach(async () => {
    await aws.close();
    remove();
  });

  const messages = () => aws.state.sqs.queues.get(inbound)?.messages ?? [];

  async function receive(): Promise<string[]> {
    const subjects = Array.from({ length: mailCount }, (_, index) => `mail-${index}`);
    for (const [index, subject] of subjects.entries()) {
      const filler = index % 10 === 0 ? 'x'.repeat(76).concat('\r\n').repeat(1000) : '';
      await aws.state.receive(Buffer.from(`Subject: ${subject}\r\n\r\n${filler}`), {
        recipients: ['in@example.com'],
      });
    }
    await aws.state.settled();
    return subjects;
  }

  /** What was not deleted comes again, as after its time: at once, so that no run waits for it. */
  const byQueue = (): Feeding => ({
    words: ['sqs', aws.endpoint],
    feed: async () => {},
    recover: () => {
      for (const message of messages()) message.visibleAt = 0;
    },
  });

  /** As SNS does: what was not answered with 200 is posted again. */
  function byEndpoint(subjects: readonly string[]): Feeding {
    const notices = messages().map(({ body }) => JSON.parse(body).Message as string);
    const left = notices.map((Message, index) => ({
      subject: subjects[index] ?? '',
      body: JSON.stringify(snsMessage({ Message, TopicArn: crashTopic, at: Date.now() })),
    }));
    async function post(port: number, acknowledged: string[]): Promise<void> {
      for (let next = left.shift(); next; next = left.shift()) {
        const url = `http://127.0.0.1:${port}/email-app/app00001/sns`;
        const headers = { 'content-type': 'text/plain; charset=UTF-8' };
        const status = await fetch(url, { method: 'POST', headers, body: next.body }).then(
          (answer) => answer.status,
          () => 0,
        );
        if (status === 200) acknowledged.push(next.subject);
        else left.unshift(next);
        if (status === 0) return;
        assert.equal(status, 200);
      }
    }
    return {
      words: ['sns', aws.endpoint],
      feed: (port, _run, acknowledged) => Promise.all([post(port, acknowledged), post(port, acknowledged)]),
    };
  }

  async function storyOf(way: Way, runs: number, mode: Mode) {
    const subjects = await receive();
    const story = await wholeStory(
      folder,
      { runs, mode },
      way === 'queue' ? byQueue() : byEndpoint(subjects),
    );
    if (way === 'queue') story.acknowledged.push(...subjects);
    return story;
  }

  for (const way of ['queue', 'endpoint'] as const) {
    it(`takes every mail told by ${way}; tells one twice only after a kill, as the same`, async () => {
      const story = await storyOf(way, 8, 'honest');
      assert.deepEqual([lostOf(story), doubledOf(story)], [[], []]);
      const before = story.told.filter(({ run }) => run < 8).length;
      assert.ok(before > 20, `only ${before} were taken before the last run`);
      await assertNothingLeft(folder);
    });

    it(`would be caught losing mail told by ${way}`, async () => {
      assert.notDeepEqual(lostOf(await storyOf(way, 6, 'lossy')), []);
    });

    it(`would be caught taking a mail told by ${way} for another when it comes again`, async () => {
      assert.notDeepEqual(doubledOf(await storyOf(way, 6, 'keyless')), []);
    });
  }
});
