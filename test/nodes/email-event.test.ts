import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { NodeMessageInFlow } from 'node-red';
import type { EmailAppNode } from '../../nodes/glue/running-app.ts';
import type { EmailApp } from '../../nodes/lib/app/email-app.ts';
import type { EmailEvent } from '../../nodes/lib/event/event-log.ts';
import { openStage, type Stage } from '../support/node-stage.ts';

describe('email-event', () => {
  let stage: Stage;
  let came: NodeMessageInFlow[];

  beforeEach(async () => {
    stage = await openStage();
    came = [];
  });
  afterEach(() => stage.close());

  async function load(changes: object = {}, app: object = {}): Promise<void> {
    await stage.load([
      { id: 'tab', type: 'tab' },
      { ...stage.app, ...app },
      { id: 'node', type: 'email-event', z: 'tab', app: 'app', wires: [['out']], ...changes },
      {
        id: 'send',
        type: 'send-email',
        z: 'tab',
        app: 'app',
        mode: 'message',
        ...fields,
        wires: [[], [], []],
      },
      { id: 'out', type: 'helper', z: 'tab' },
    ]);
    stage.node('out').on('input', (message) => came.push(message));
    await theApp();
    await settled();
  }

  const fields = Object.fromEntries(
    ['to', 'topic', 'payload', 'correlationId', 'callbackData'].flatMap((name) => [
      [name === 'topic' ? 'subject' : name, name],
      [name === 'topic' ? 'subjectType' : `${name}Type`, 'msg'],
    ]),
  );
  const theApp = (): Promise<EmailApp> => (stage.node('app') as EmailAppNode).running;
  const settled = () => new Promise((resolve) => setTimeout(resolve, 100));
  const eventOf = ({ email }: NodeMessageInFlow) => email as EmailEvent;

  async function reach(count: number): Promise<readonly NodeMessageInFlow[]> {
    while (came.length < count) await once(stage.node('out'), 'input');
    return came;
  }

  it('gives what happens to a mail, in order, as topic, payload and email', async () => {
    await load();
    const message = {
      to: 'ann@example.net',
      topic: 'Hi',
      payload: 'Hello',
      correlationId: 'c1',
      callbackData: 'cb',
    };
    stage.node('send').receive(message as never);
    const [queued, sent] = await reach(2);
    assert.deepEqual([queued?.topic, sent?.topic], ['email.queued', 'email.sent']);
    assert.deepEqual(queued?.payload, queued?.email);
    assert.notEqual(queued?.payload, queued?.email, 'a change of the one leaves the other alone');
    const { id, at, emailId, ...told } = eventOf(queued as NodeMessageInFlow);
    assert.ok(id && at && emailId);
    assert.deepEqual(told, {
      type: 'email.queued',
      app: 'Shop',
      provider: 'smtp',
      recipient: 'ann@example.net',
      from: 'shop@example.com',
      class: 'transactional',
      correlationId: 'c1',
      callbackData: 'cb',
    });
    assert.equal(eventOf(sent as NodeMessageInFlow).code, 'sent');
  });

  it('gives only the types that were chosen', async () => {
    await load({ types: ['unsubscribe.added'] });
    const { suppressions, events } = await theApp();
    await events.append([{ type: 'email.opened', at: 1 }]);
    await suppressions.add([{ address: 'a@a.example', cause: 'manual', method: 'api', at: 2 }]);
    const [message] = await reach(1);
    assert.deepEqual([message?.topic, eventOf(message as NodeMessageInFlow).at], ['unsubscribe.added', 2]);
    await settled();
    assert.equal(came.length, 1);
  });

  it('leaves out who only looked, unless that was chosen', async () => {
    await load();
    const { events } = await theApp();
    await events.append([
      { type: 'email.opened', at: 1 },
      { type: 'email.clicked', at: 2 },
      { type: 'email.delivered', at: 3 },
    ]);
    assert.deepEqual(
      (await reach(1)).map(({ topic }) => topic),
      ['email.delivered'],
    );
  });

  it('goes on after a deploy where it was: nothing is lost, and nothing comes twice', async () => {
    await load();
    const first = await theApp();
    await first.events.append([{ type: 'email.delivered', at: 1 }]);
    await reach(1);
    await settled();
    await stage.unload();
    await load({ type: 'helper' });
    await (await theApp()).events.append([{ type: 'email.bounced', at: 2 }]);
    await stage.unload();
    await load();
    await (await theApp()).events.append([{ type: 'email.complained', at: 3 }]);
    assert.deepEqual(
      (await reach(3)).map((message) => eventOf(message).at),
      [1, 2, 3],
    );
  });

  it('shows the last event', async () => {
    await load();
    const { events } = await theApp();
    const shown = once(stage.node('node'), 'call:status');
    await events.append([{ type: 'app.paused', at: Date.now() }]);
    await shown;
    await settled();
    const { status } = stage.node('node') as unknown as { status: { lastCall: { args: unknown[] } } };
    assert.match(JSON.stringify(status.lastCall.args), /email-event\.status\.last/);
  });

  it('says so when there is no app', async () => {
    await stage.load([
      { id: 'tab', type: 'tab' },
      { id: 'node', type: 'email-event', z: 'tab', app: 'nowhere', wires: [[]] },
    ]);
    const { error } = stage.node('node') as unknown as { error: { lastCall?: { args: unknown[] } } };
    assert.match(String(error.lastCall?.args[0]), /email app/i);
  });

  it('resumes what the app paused by itself, through the filter', async () => {
    await stage.load([
      { id: 'tab', type: 'tab' },
      { ...stage.app, breakerLeast: 10 },
      { id: 'filter', type: 'unsubscribe-filter', z: 'tab', app: 'app', mode: 'manage', wires: [['out']] },
      { id: 'out', type: 'helper', z: 'tab' },
    ]);
    const app = await theApp();
    const bounces = Array.from({ length: 10 }, (_, at) => at);
    await app.events.take({
      events: bounces.map((at) => ({ type: 'email.bounced', at, detail: { severity: 'hard' } })),
      reports: [],
    });
    app.events.settled(bounces.map(() => ({ state: 'sent', refused: [] }) as never));
    assert.match(app.state().marketingPaused ?? '', /bounces among 10 mails/);
    const answer = stage.next('out');
    stage.node('filter').receive({ payload: { action: 'resume' } } as never);
    assert.deepEqual((await answer).payload, { action: 'resume', resumed: true });
    assert.equal(app.state().marketingPaused, undefined);
  });
});
