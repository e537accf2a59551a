import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { createServer, Packet } from 'dns2';
import { dnsLookup } from '../../../../nodes/lib/setup/dns/dns-lookup.ts';
import { assertRefused } from '../../../support/assert-refused.ts';

describe('dnsLookup', () => {
  const server = createServer({
    udp: true,
    handle(request, send) {
      const response = Packet.createResponseFromRequest(request);
      const [question] = request.questions;
      const { name } = question ?? { name: '' };
      const add = (type: number, data: object) =>
        response.answers.push({ name, type, class: Packet.CLASS.IN, ttl: 1, ...data } as never);
      if (name === 'text.test' && question?.type === Packet.TYPE.TXT)
        add(Packet.TYPE.TXT, { data: ['a'.repeat(255), 'b'.repeat(10)] });
      if (name === 'alias.test' && question?.type === Packet.TYPE.CNAME)
        add(Packet.TYPE.CNAME, { domain: 'target.test' });
      if (name === 'mail.test' && question?.type === Packet.TYPE.MX)
        add(Packet.TYPE.MX, { exchange: 'mx.test', priority: 10 });
      if (name === 'none.test') response.header.rcode = 3;
      if (name === 'broken.test') response.header.rcode = 2;
      if (name !== 'silent.test') send(response);
    },
  });
  let servers: string[];

  before(async () => {
    const { udp } = await server.listen({ udp: { port: 0, address: '127.0.0.1' } });
    servers = [`127.0.0.1:${(udp as { port: number }).port}`];
  });
  after(() => server.close());

  const dns = () => dnsLookup({ servers, timeout: 100, tries: 1 });

  it('joins the chunks of a TXT record', async () => {
    assert.deepEqual(await dns().txt('text.test'), [`${'a'.repeat(255)}${'b'.repeat(10)}`]);
  });

  it('reads aliases and mail exchangers', async () => {
    assert.deepEqual(await dns().cname('alias.test'), ['target.test']);
    assert.deepEqual(await dns().mx('mail.test'), [{ exchange: 'mx.test', priority: 10 }]);
  });

  it('answers with nothing for a name that does not exist, or has records of other types', async () => {
    assert.deepEqual(await dns().txt('none.test'), []);
    assert.deepEqual(await dns().mx('text.test'), []);
  });

  it('throws when the server fails or is silent', async () => {
    const error = await assertRefused(() => dns().txt('broken.test'), 'dns-unanswered');
    assert.match(error.message, /SERVFAIL/);
    assert.equal(error.retryable, true);
    await assertRefused(() => dns().txt('silent.test'), 'dns-unanswered');
  });

  it('throws when there is no server', async () => {
    const socket = createSocket('udp4');
    const port = await new Promise<number>((resolve) =>
      socket.bind(0, '127.0.0.1', () => resolve(socket.address().port)),
    );
    await new Promise<void>((closed) => socket.close(closed));
    const deaf = dnsLookup({ servers: [`127.0.0.1:${port}`], timeout: 100, tries: 1 });
    await assertRefused(() => deaf.txt('text.test'), 'dns-unanswered');
  });
});
