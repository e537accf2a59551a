import assert from 'node:assert/strict';
import { type AwsOptions, type Reaction, testKeys } from '../support/aws/aws-world.ts';
import { type AwsStandIn, startAws } from '../support/aws/start-aws.ts';
import { type HttpFront, openHttpFront } from '../support/http-front.ts';
import { openWholeApp, type WholeApp } from '../support/whole-app.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
/** Of the account, and 80 % of it, which the app takes. */
const perSecond = 50;
const rate = 40;

const refusal = (code: string, status: number, message = 'No.'): Reaction => ({ code, message, status });

const table: readonly (readonly [string, string, Reaction])[] = [
  ['too many requests', 'slower', refusal('TooManyRequestsException', 429, 'Too Many Requests')],
  ['throttling', 'slower', refusal('ThrottlingException', 400, 'Rate exceeded')],
  [
    'a sending rate exceeded',
    'slower',
    refusal('LimitExceededException', 400, 'Maximum sending rate exceeded.'),
  ],
  [
    'a daily quota used up',
    'route',
    refusal('TooManyRequestsException', 429, 'Daily message quota exceeded.'),
  ],
  ['sending paused', 'route', refusal('SendingPausedException', 400, 'Sending paused for this account.')],
  ['a suspended account', 'route', refusal('AccountSuspendedException', 400)],
  ['keys that were taken away', 'route', refusal('UnrecognizedClientException', 403)],
  ['a right that is missing', 'route', refusal('AccessDeniedException', 403)],
  [
    'a set that is missing',
    'route',
    refusal('NotFoundException', 404, 'Configuration set x does not exist.'),
  ],
  ['a MAIL FROM domain not verified', 'later', refusal('MailFromDomainNotVerifiedException', 400)],
  ['an internal error', 'later', refusal('InternalServiceErrorException', 500)],
  ['no service', 'later', refusal('ServiceUnavailableException', 503)],
  ['a refused message', 'failed', refusal('MessageRejected', 400, 'Illegal content')],
  ['an address not verified', 'failed', refusal('MessageRejected', 400, 'Email address is not verified.')],
  ['a connection cut before an answer', 'unknown', 'drop'],
  ['a connection cut after the deed', 'unknown', 'drop-answer'],
  ['silence', 'unknown', 'silence'],
];

const html = (status: string): string =>
  `HTTP/1.1 ${status}\r\ncontent-type: text/html\r\ncontent-length: 15\r\n\r\n<html>No</html>`;
const json = (body: string): string =>
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

/** What somebody between says, whether SES has done its deed by then, and what becomes of the mail. */
const meddlings: readonly (readonly [string, string, boolean, string])[] = [
  ['a gateway that gave up waiting', 'unknown', true, html('504 Gateway Timeout')],
  ['a bad gateway', 'unknown', true, html('502 Bad Gateway')],
  ['a proxy that forbids', 'route', false, html('403 Forbidden')],
  ['a login page instead', 'unknown', false, html('200 OK')],
  ['a redirect', 'route', false, html('302 Found')],
  ['an answer without an id', 'unknown', true, json('{}')],
  ['an answer cut in its middle', 'unknown', true, json('{"MessageId":"abc"}').slice(0, -8)],
  ['an answer that is not HTTP', 'unknown', true, 'lorem ipsum\r\n\r\n'],
];

describe('mail over Amazon SES', () => {
  let aws: AwsStandIn;
  let front: HttpFront;
  let stage: WholeApp;
  let named = 0;
  let silences: number[];

  async function open(options: AwsOptions = {}): Promise<void> {
    silences = [];
    const account = { perSecond, ...options.account };
    aws = await startAws({ verified: ['example.com'], ...options, account, now: () => Date.now() });
    front = await openHttpFront(aws.endpoint);
    const access = { region: 'eu-central-1', keys: testKeys, endpoint: front.endpoint };
    // no answer for a minute, and the client has left
    const stalled = () => silences.filter((at) => stage.clock.now() - at <= minute).length;
    stage = await openWholeApp({
      route: { kind: 'ses', aws: access, bulk: false },
      delivery: { rate: 'auto' },
      stalled,
    });
    await stage.quiet();
  }

  async function close(): Promise<void> {
    await stage.close();
    await front.close();
    await aws.close();
  }

  const people = (count: number): string[] => Array.from({ length: count }, () => `p${named++}@example.net`);
  const copies = (addresses: readonly string[]): number[] =>
    addresses.map((one) => aws.state.sent.filter(({ destinations }) => destinations.includes(one)).length);
  const statesOf = async (ids: readonly string[]) =>
    Promise.all(ids.map(async (id) => (await stage.find(id)).state));

  /** Every sending meets `reaction`. */
  function answerAll(reaction: Reaction): void {
    aws.state.script = ({ action }) => {
      if (!action.endsWith('SendEmail')) return undefined;
      if (reaction === 'silence') silences.push(stage.clock.now());
      return reaction;
    };
  }

  async function fatesOf(ids: readonly string[], wasSlowed: boolean): Promise<string[]> {
    const records = await Promise.all(ids.map(stage.find));
    return records.map(({ state, attempts }) => {
      if (state !== 'queued' && state !== 'sending') return state;
      if (attempts === 0) return stage.app.state().routeDown ? 'route' : 'forgotten';
      return wasSlowed ? 'slower' : 'later';
    });
  }

  /** The mails stand as they should after some minutes, and an hour after it is over nothing is left. */
  async function outlast(fate: string, wasTaken: boolean, heal: () => void): Promise<void> {
    const addresses = people(2);
    const ids = await stage.send(...addresses);
    await stage.quiet();
    const wasSlowed = stage.app.state().rate < rate;
    await stage.pass(3 * minute);
    assert.deepEqual(await fatesOf(ids, wasSlowed), [fate, fate]);
    heal();
    await stage.pass(hour);
    const isFinal = fate === 'failed' || fate === 'unknown';
    const end = isFinal ? fate : 'sent';
    assert.deepEqual(await statesOf(ids), [end, end]);
    const taken = isFinal && !wasTaken ? 0 : 1;
    assert.deepEqual(copies(addresses), [taken, taken]);
    const next = await stage.send(...people(1));
    await stage.quiet();
    assert.deepEqual(await statesOf(next), ['sent']);
    const { rate: endRate, routeDown, quotaUsedUp } = stage.app.state();
    assert.deepEqual([endRate, routeDown, quotaUsedUp], [rate, false, false]);
  }

  describe('that answers', () => {
    before(() => open());
    after(close);

    for (const [name, fate, reaction] of table)
      it(`is ${fate} after ${name}, and leaves once when that is over`, async () => {
        answerAll(reaction);
        await outlast(fate, reaction === 'drop-answer', () => answerAll(undefined));
      });

    for (const [name, fate, isDone, bytes] of meddlings)
      it(`is ${fate} after ${name}, and leaves once when that is over`, async () => {
        front.meddle = (path) => (path.includes('outbound-emails') ? { isDone, bytes } : undefined);
        await outlast(fate, isDone, () => {
          front.meddle = undefined;
        });
      });
  });

  describe('with a quota', () => {
    afterEach(close);

    it('waits a whole day for the daily quota, fails nothing, and goes on by itself', async () => {
      await open({ account: { perDay: 100, sentToday: 90 } });
      const addresses = people(30);
      const ids = await stage.send(...addresses);
      await stage.pass(23 * hour);
      assert.equal((await statesOf(ids)).filter((state) => state === 'sent').length, 10);
      assert.equal((await statesOf(ids)).filter((state) => state === 'queued').length, 20);
      assert.ok(stage.app.state().quotaUsedUp);
      assert.deepEqual(
        stage.troubles.map(({ code }) => code),
        ['daily-quota'],
      );
      aws.state.ses.account.sentToday = 0;
      await stage.pass(2 * hour);
      assert.deepEqual(new Set(await statesOf(ids)), new Set(['sent']));
      assert.deepEqual(new Set(copies(addresses)), new Set([1]));
      assert.deepEqual([stage.app.state().quotaUsedUp, stage.app.state().rate], [false, rate]);
    });

    it('goes on although the quota cannot be read', async () => {
      await open();
      aws.state.deny.add('ses:GetAccount');
      await stage.pass(hour);
      const ids = await stage.send(...people(5));
      await stage.pass(minute);
      assert.deepEqual(new Set(await statesOf(ids)), new Set(['sent']));
      assert.equal(stage.app.state().rate, rate);
    });
  });

  describe('throttled at random', () => {
    afterEach(close);

    it('sends 200 mails once each, however often SES says too much', async () => {
      // the stand-in counts the seconds of the machine
      await open({ account: { perSecond: 1000 } });
      const fast = stage.app.state().rate;
      const end = stage.clock.now() + 3 * hour;
      let asked = 0;
      aws.state.script = ({ action }) => {
        if (!action.endsWith('SendEmail')) return undefined;
        asked += 1;
        return asked % 3 === 0 || stage.clock.now() > end
          ? undefined
          : refusal('TooManyRequestsException', 429, 'Too Many Requests');
      };
      const addresses = people(200);
      const ids = await stage.send(...addresses);
      await stage.quiet();
      assert.ok(stage.app.state().rate < fast);
      await stage.pass(24 * hour);
      assert.deepEqual(new Set(await statesOf(ids)), new Set(['sent']));
      assert.deepEqual(new Set(copies(addresses)), new Set([1]));
      assert.ok(asked > 400, `${asked} requests`);
      assert.equal(stage.app.state().rate, fast);
    });
  });
});
