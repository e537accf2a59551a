import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import {
  type AddressInfo,
  connect,
  createServer,
  type LookupFunction,
  type Server,
  type Socket,
} from 'node:net';
import { type Clock, systemClock } from '../../../../nodes/lib/kernel/clock.ts';
import {
  openPoster,
  type PosterParts,
  type PosterSettings,
} from '../../../../nodes/lib/webhook/post/open-poster.ts';
import type { WebhookAnswer, WebhookPoster } from '../../../../nodes/lib/webhook/webhook-answer.ts';
import { assertRefused } from '../../../support/assert-refused.ts';
import { fakeClock } from '../../../support/fake-clock.ts';
import {
  type Answer,
  type LocalReceiver,
  localhost,
  openLocalReceiver,
  type ReceiverOptions,
} from '../../../support/local-receiver.ts';

const headers = { 'content-type': 'application/json', 'webhook-id': 'w1' };
const body = '{"type":"test"}';
const open: { close(): Promise<unknown> }[] = [];

async function receiver(answer?: Answer, options?: ReceiverOptions): Promise<LocalReceiver> {
  const opened = await openLocalReceiver(answer, options);
  open.push(opened);
  return opened;
}

async function poster(
  settings: Partial<PosterSettings>,
  parts: Partial<PosterParts> & { readonly clock?: Clock } = {},
): Promise<WebhookPoster> {
  const url = 'https://own.example/';
  const usual = { url, allowedHosts: ['127.0.0.1', 'localhost'], concurrency: 4, timeout: 10_000 };
  const opened = await openPoster({ ...usual, ...settings }, { clock: systemClock, ...parts });
  open.unshift(opened);
  return opened;
}

/** Posts to a receiver on loopback that is allowed. */
async function post(
  to: { readonly port: number },
  settings: Partial<PosterSettings> = {},
): Promise<WebhookAnswer> {
  return (await poster(settings)).post({ url: `http://127.0.0.1:${to.port}/in?key=1`, headers, body });
}

/** A server below HTTP: `talk` gets each socket after the request's first bytes. */
async function rawServer(talk: (socket: Socket) => void): Promise<{ port: number; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    socket.once('data', () => talk(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push({
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  });
  return { port: (server.address() as AddressInfo).port, sockets };
}

/** Answers each name with the next of its addresses, and keeps to the last. */
function names(zone: Readonly<Record<string, readonly (readonly string[])[]>>): {
  readonly lookup: LookupFunction;
  readonly asked: string[];
} {
  const asked: string[] = [];
  const lookup: LookupFunction = (hostname, options, callback) => {
    const answers = zone[hostname] ?? [];
    const at = asked.filter((name) => name === hostname).length;
    asked.push(hostname);
    const found = answers[Math.min(at, answers.length - 1)];
    if (!found) return callback(Object.assign(new Error('unknown'), { code: 'ENOTFOUND' }), '');
    assert.equal(options.all, true);
    callback(
      null,
      found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  return { lookup, asked };
}

/** Stands for a public address: only loopback can be reached here. */
const isBlocked = (address: string) => address !== '127.0.0.2';

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

describe('openPoster', () => {
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  describe('a post', () => {
    it('is a POST of the body as it is, with the headers, to path and query', async () => {
      const to = await receiver();
      const text = '{"name":"Zoë €"}';
      const url = `http://127.0.0.1:${to.port}/in?key=1`;
      assert.deepEqual(await (await poster({})).post({ url, headers, body: text }), {
        kind: 'taken',
        status: 200,
      });
      const [got] = to.received;
      assert.deepEqual(
        { ...got, headers: undefined },
        { method: 'POST', url: '/in?key=1', body: text, headers: undefined },
      );
      assert.equal(got?.headers['webhook-id'], 'w1');
      assert.equal(got?.headers['content-type'], 'application/json');
      assert.equal(got?.headers['content-length'], String(Buffer.byteLength(text)));
    });

    it('goes over connections that are there already', async () => {
      const to = await receiver();
      const sender = await poster({});
      const url = `http://127.0.0.1:${to.port}/`;
      for (let round = 0; round < 9; round += 1) await sender.post({ url, headers, body });
      assert.ok(to.connections() <= 2, `${to.connections()} connections`);
    });

    it('shares as many connections as may be under way', async () => {
      const to = await receiver();
      const sender = await poster({ concurrency: 3 });
      const url = `http://127.0.0.1:${to.port}/`;
      await Promise.all(Array.from({ length: 30 }, () => sender.post({ url, headers, body })));
      assert.equal(to.received.length, 30);
      assert.ok(to.connections() <= 3, `${to.connections()} connections`);
    });

    it('leaves no timer behind', async () => {
      const to = await receiver();
      const clock = fakeClock();
      const sender = await poster({}, { clock });
      await sender.post({ url: `http://127.0.0.1:${to.port}/`, headers, body });
      await until(() => clock.pending() === 0);
    });

    it('that is no HTTP is refused, and says nothing of what it held', async () => {
      const to = await receiver();
      const sender = await poster({});
      const url = `http://127.0.0.1:${to.port}/`;
      const answer = await sender.post({ url, headers: { authorization: 'Bearer hunter2\r\n' }, body });
      assert.equal(answer.kind, 'refused');
      assert.doesNotMatch(JSON.stringify(answer), /hunter2/);
      assert.equal(to.received.length, 0);
    });
  });

  describe('an answer', () => {
    const expected: readonly (readonly [number, string, string?])[] = [
      [200, 'taken'],
      [202, 'taken'],
      [204, 'taken'],
      [301, 'later', 'redirected'],
      [400, 'later', 'receiver-refused'],
      [401, 'later', 'receiver-refused'],
      [404, 'later', 'receiver-refused'],
      [408, 'later', 'receiver-busy'],
      [410, 'gone'],
      [429, 'later', 'receiver-busy'],
      [500, 'later', 'receiver-failed'],
      [501, 'later', 'receiver-failed'],
      [503, 'later', 'receiver-busy'],
    ];
    for (const [status, kind, code] of expected) {
      it(`${status} is ${kind} ${code ?? ''}`, async () => {
        const to = await receiver((response) => response.writeHead(status).end());
        const answer = await post(to);
        assert.deepEqual([answer.kind, answer.status], [kind, status]);
        assert.equal('code' in answer ? answer.code : undefined, code);
      });
    }

    it('may ask for patience', async () => {
      const to = await receiver((response) => response.writeHead(503, { 'retry-after': '120' }).end());
      const answer = await post(to);
      assert.equal(answer.kind === 'later' && answer.retryAfter, 120_000);
    });

    it('that leads elsewhere is not followed', async () => {
      const elsewhere = await receiver();
      const location = `http://127.0.0.1:${elsewhere.port}/metadata`;
      for (const status of [301, 302, 303, 307, 308]) {
        const to = await receiver((response) => response.writeHead(status, { location }).end());
        const answer = await post(to);
        assert.equal('code' in answer && answer.code, 'redirected');
      }
      assert.equal(elsewhere.connections(), 0);
    });

    it('may be preceded by early hints', async () => {
      const to = await rawServer((socket) => {
        socket.write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n');
        socket.write('HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n');
      });
      assert.equal((await post(to)).status, 500);
    });

    it('is not what early hints are', async () => {
      const to = await rawServer((socket) => socket.end('HTTP/1.1 103 Early Hints\r\n\r\n'));
      const answer = await post(to);
      assert.equal('code' in answer && answer.code, 'connection-lost');
    });

    it('that switches to another protocol is none', async () => {
      const to = await rawServer((socket) =>
        socket.write('HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'),
      );
      assert.equal((await post(to)).kind, 'later');
    });

    it('that never ends is read for 64 KB and counts as its status says', async () => {
      let written = 0;
      const chunk = Buffer.alloc(64 * 1024, 'a');
      const to = await receiver((response) => {
        const more = () => {
          while (!response.destroyed && written < 1e9) {
            written += chunk.length;
            if (!response.write(chunk)) return void response.once('drain', more);
          }
        };
        response.on('close', () => (written = Math.min(written, 1e9)));
        more();
      });
      assert.deepEqual(await post(to), { kind: 'taken', status: 200 });
      await until(() => to.open() === 0);
      // what the kernel's buffers hold is written by the server all the same
      assert.ok(written < 20e6, `${written} bytes were taken`);
    });

    it('whose header never ends is none', async () => {
      const to = await rawServer((socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        const more = () => {
          while (!socket.destroyed && socket.write(`x-${'a'.repeat(1000)}: b\r\n`)) {}
          if (!socket.destroyed) socket.once('drain', more);
        };
        more();
      });
      const answer = await post(to);
      assert.equal('code' in answer && answer.code, 'bad-answer');
      await until(() => to.sockets.size === 0);
    });

    it('that is no HTTP is none', async () => {
      const to = await rawServer((socket) => socket.end('220 mail.example.com ESMTP\r\n'));
      const answer = await post(to);
      assert.deepEqual([answer.kind, 'code' in answer && answer.code], ['later', 'bad-answer']);
    });

    it('that is cut off before its status is none', async () => {
      const to = await rawServer((socket) => socket.destroy());
      const answer = await post(to);
      assert.deepEqual([answer.kind, 'code' in answer && answer.code], ['later', 'connection-lost']);
    });
  });

  describe('a slow receiver', () => {
    async function postTo(to: { readonly port: number }, arrived: () => Promise<unknown>) {
      const clock = fakeClock();
      const sender = await poster({}, { clock });
      const answer = sender.post({ url: `http://127.0.0.1:${to.port}/`, headers, body });
      let kind: string = 'waiting';
      void answer.then((known) => (kind = known.kind));
      await arrived();
      await clock.advance(9_999);
      return { clock, answer, kindNow: () => kind };
    }

    it('has its time, and no more', async () => {
      const to = await receiver(() => {});
      const { clock, answer, kindNow } = await postTo(to, () => to.count(1));
      assert.equal(kindNow(), 'waiting');
      await clock.advance(1);
      assert.deepEqual(await answer, {
        kind: 'later',
        code: 'no-answer',
        why: 'no answer within 10 seconds',
      });
      await until(() => to.open() === 0);
    });

    it('gets no more time by sending its header bit by bit', async () => {
      const to = await rawServer((socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        const timer = setInterval(() => socket.write('x: y\r\n'), 5);
        socket.on('close', () => clearInterval(timer));
      });
      const { clock, answer } = await postTo(to, () => until(() => to.sockets.size === 1));
      await clock.advance(1);
      assert.equal((await answer).kind, 'later');
      await until(() => to.sockets.size === 0);
    });

    it('that sends its body bit by bit has taken it, and loses the connection', async () => {
      const to = await rawServer((socket) => {
        socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
        const timer = setInterval(() => socket.write('1\r\na\r\n'), 5);
        socket.on('close', () => clearInterval(timer));
      });
      let started = 0;
      const { clock, answer } = await postTo(to, () => until(() => started++ > 20 && to.sockets.size === 1));
      await clock.advance(1);
      assert.deepEqual(await answer, { kind: 'taken', status: 200 });
      await until(() => to.sockets.size === 0);
    });
  });

  describe('a receiver that is not there', () => {
    it('is tried again', async () => {
      const { port, close } = await openLocalReceiver();
      await close();
      const answer = await post({ port });
      assert.deepEqual(answer, {
        kind: 'later',
        code: 'connect-failed',
        why: 'no connection to the receiver (ECONNREFUSED)',
      });
    });

    it('is tried again when its name is not known', async () => {
      const { lookup } = names({});
      const sender = await poster({}, { lookup });
      const answer = await sender.post({ url: 'https://hooks.example.com/?key=hunter2', headers, body });
      assert.deepEqual(answer, {
        kind: 'later',
        code: 'dns-failed',
        why: 'the receiver’s host name could not be looked up (ENOTFOUND)',
      });
    });
  });

  describe('an address', () => {
    const refused = {
      kind: 'refused',
      code: 'blocked-address',
      why: 'its address is private or reserved, and its host is not among the allowed hosts',
    };

    for (const host of [
      '2130706433',
      '0x7f.1',
      '127.1',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '[64:ff9b::127.0.0.1]',
    ]) {
      it(`${host} is refused however it is written`, async () => {
        const to = await receiver();
        const sender = await poster({ allowedHosts: [] });
        assert.deepEqual(await sender.post({ url: `https://${host}:${to.port}/`, headers, body }), refused);
        const plain = await sender.post({ url: `http://${host}:${to.port}/`, headers, body });
        assert.equal(plain.kind, 'refused');
        assert.equal(to.connections(), 0);
      });
    }

    for (const addresses of [
      ['127.0.0.1'],
      ['::ffff:127.0.0.1'],
      ['64:ff9b::7f00:1'],
      ['93.184.215.14', '10.0.0.1'],
    ]) {
      it(`${addresses.join(' and ')} behind a name is refused`, async () => {
        const to = await receiver();
        const { lookup } = names({ 'hooks.example.com': [addresses] });
        const sender = await poster({}, { lookup });
        const url = `https://hooks.example.com:${to.port}/?key=1`;
        assert.deepEqual(await sender.post({ url, headers, body }), refused);
        assert.equal(to.connections(), 0);
      });
    }

    it('of the machine itself is refused by its real name', async () => {
      const to = await receiver();
      const sender = await poster({ allowedHosts: [] });
      assert.deepEqual(await sender.post({ url: `https://localhost:${to.port}/`, headers, body }), refused);
      assert.equal(to.connections(), 0);
    });

    it('that was checked is the one connected to, whatever the name stands for later', async () => {
      const secret = await receiver(undefined, { tls: localhost });
      const { port } = secret;
      const good = await receiver(undefined, { tls: localhost, address: '127.0.0.2', port });
      const { lookup, asked } = names({ 'hooks.example.com': [['127.0.0.2'], ['127.0.0.1']] });
      const tls = { ca: localhost.cert, servername: 'localhost', verify: true };
      const sender = await poster({ tls, concurrency: 1 }, { lookup, isBlocked });
      const url = `https://hooks.example.com:${port}/`;
      assert.equal((await sender.post({ url, headers, body })).kind, 'taken');
      assert.equal((await sender.post({ url, headers, body })).kind, 'taken');
      assert.equal(asked.length, 1, 'a connection that stands is not looked up again');
      await good.close();
      open.splice(open.indexOf(good), 1);
      const lost = await sender.post({ url, headers, body });
      if (lost.kind === 'later') assert.deepEqual(await sender.post({ url, headers, body }), refused);
      else assert.deepEqual(lost, refused);
      assert.equal(good.received.length, 2);
      assert.equal(secret.connections(), 0);
    });

    it('of an allowed host may be private, at the allowed port', async () => {
      const to = await receiver();
      const { lookup } = names({ crm: [['127.0.0.1']] });
      const sender = await poster({ allowedHosts: [`crm:${to.port}`] }, { lookup });
      assert.equal((await sender.post({ url: `http://crm:${to.port}/`, headers, body })).kind, 'taken');
      const other = await sender.post({ url: `https://crm:${to.port + 1}/`, headers, body });
      assert.deepEqual(other, refused);
    });

    it('is not what a URL with a password names', async () => {
      const to = await receiver();
      const sender = await poster({});
      const answer = await sender.post({
        url: `http://user:hunter2@127.0.0.1:${to.port}/?hunter2`,
        headers,
        body,
      });
      assert.deepEqual([answer.kind, 'code' in answer && answer.code], ['refused', 'bad-url']);
      assert.doesNotMatch(JSON.stringify(answer), /hunter2|user:/);
    });
  });

  describe('TLS', () => {
    const url = (to: LocalReceiver, host = 'localhost') => `https://${host}:${to.port}/`;
    const send = async (settings: Partial<PosterSettings>, to: LocalReceiver, host?: string) => {
      const { lookup } = names({ localhost: [['127.0.0.1']], 'hooks.example.com': [['127.0.0.1']] });
      const allowedHosts = ['localhost', 'hooks.example.com'];
      return (await poster({ allowedHosts, ...settings }, { lookup })).post({
        url: url(to, host),
        headers,
        body,
      });
    };
    const failed = (code: string) => ({
      kind: 'later',
      code: 'tls-failed',
      why: `there was no agreement on TLS (${code})`,
    });

    it('takes the certificate of a CA that was given', async () => {
      const to = await receiver(undefined, { tls: localhost });
      const tls = { ca: localhost.cert, verify: true };
      assert.deepEqual(await send({ tls }, to), { kind: 'taken', status: 200 });
    });

    it('takes none that nobody vouches for, unless a person wants that', async () => {
      const to = await receiver(undefined, { tls: localhost });
      assert.deepEqual(await send({}, to), failed('DEPTH_ZERO_SELF_SIGNED_CERT'));
      assert.equal(to.received.length, 0);
      assert.equal((await send({ tls: { verify: false } }, to)).kind, 'taken');
    });

    it('takes none of another host, unless the name is given', async () => {
      const to = await receiver(undefined, { tls: localhost });
      const tls = { ca: localhost.cert, verify: true };
      const host = 'hooks.example.com';
      assert.deepEqual(await send({ tls }, to, host), failed('ERR_TLS_CERT_ALTNAME_INVALID'));
      assert.equal(to.received.length, 0);
      assert.equal((await send({ tls: { ...tls, servername: 'localhost' } }, to, host)).kind, 'taken');
    });

    it('shows our certificate to a receiver that wants one', async () => {
      const to = await receiver(undefined, { tls: { ...localhost, requestCert: true, ca: localhost.cert } });
      const ca = localhost.cert;
      const without = await send({ tls: { ca, verify: true } }, to);
      assert.equal(without.kind, 'later');
      assert.equal(to.received.length, 0);
      assert.equal((await send({ tls: { ca, ...localhost, verify: true } }, to)).kind, 'taken');
    });

    it('shows it to no receiver that a stranger named, unless its host is allowed', async () => {
      const to = await receiver(undefined, { tls: { ...localhost, requestCert: true, ca: localhost.cert } });
      const { lookup } = names({ localhost: [['127.0.0.1']] });
      const tls = { ca: localhost.cert, ...localhost, verify: true };
      const parts = { lookup, isBlocked: () => false };
      const postTo = async (settings: Partial<PosterSettings>) =>
        (await poster({ tls, ...settings }, parts)).post({ url: url(to), headers, body });
      assert.equal((await postTo({ url: undefined, allowedHosts: [] })).kind, 'later');
      assert.equal(to.received.length, 0);
      assert.equal((await postTo({ url: undefined, allowedHosts: ['localhost'] })).kind, 'taken');
      assert.equal((await postTo({ url: url(to), allowedHosts: [] })).kind, 'taken');
    });

    it('with a certificate that does not fit its key is a setting that is wrong', async () => {
      const tls = { cert: localhost.cert, key: 'hunter2', verify: true };
      const { message } = await assertRefused(() => poster({ tls }), 'bad-settings', 'tls');
      assert.doesNotMatch(message, /hunter2/);
    });

    it('fails in plain words where plain HTTP is spoken', async () => {
      const to = await receiver();
      const answer = await send({}, to);
      assert.deepEqual([answer.kind, 'code' in answer && answer.code], ['later', 'tls-failed']);
    });
  });

  describe('a proxy', () => {
    /** Connects to 127.0.0.1, whatever the host. */
    async function proxyServer(status = 200): Promise<{ readonly url: string; readonly asked: string[] }> {
      const asked: string[] = [];
      const sockets = new Set<Socket>();
      const server: Server = createHttpServer().on('connect', (request, client: Socket) => {
        asked.push(request.url ?? '');
        sockets.add(client);
        client.on('error', () => {});
        if (status !== 200) return client.end(`HTTP/1.1 ${status} No\r\n\r\n`);
        const onward = connect(Number(request.url?.split(':').at(-1)), '127.0.0.1');
        sockets.add(onward);
        onward.on('error', () => client.destroy());
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        client.pipe(onward).pipe(client);
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      open.push({
        async close() {
          for (const socket of sockets) socket.destroy();
          server.close();
          await once(server, 'close');
        },
      });
      return { url: `http://user:hunter2@127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
    }

    const tls = { ca: localhost.cert, servername: 'localhost', verify: true };
    const zone = { 'hooks.example.com': [['127.0.0.2']], 'inside.example.com': [['10.0.0.1']] };

    it('carries it, with TLS to the receiver', async () => {
      const to = await receiver(undefined, { tls: localhost });
      const { url: https, asked } = await proxyServer();
      const sender = await poster({ tls, proxy: { https } }, { lookup: names(zone).lookup, isBlocked });
      const url = `https://hooks.example.com:${to.port}/`;
      assert.deepEqual(await sender.post({ url, headers, body }), { kind: 'taken', status: 200 });
      assert.deepEqual(asked, [`hooks.example.com:${to.port}`]);
    });

    it('is not asked for names that stand for private addresses, or that nobody knows', async () => {
      const { url: https, asked } = await proxyServer();
      const sender = await poster({ tls, proxy: { https } }, { lookup: names(zone).lookup, isBlocked });
      const codes: unknown[] = [];
      for (const host of ['inside.example.com', 'unknown.example.com', '10.0.0.1']) {
        const answer = await sender.post({ url: `https://${host}/`, headers, body });
        codes.push('code' in answer && answer.code);
      }
      assert.deepEqual(codes, ['blocked-address', 'dns-failed', 'blocked-address']);
      assert.deepEqual(asked, []);
    });

    it('is asked for an allowed host without a look', async () => {
      const to = await receiver(undefined, { tls: localhost });
      const { url: https, asked } = await proxyServer();
      const settings = { tls, proxy: { https }, allowedHosts: ['crm.internal'] };
      const sender = await poster(settings, { lookup: names({}).lookup });
      const url = `https://crm.internal:${to.port}/`;
      assert.equal((await sender.post({ url, headers, body })).kind, 'taken');
      assert.equal(asked.length, 1);
    });

    it('is passed by for the hosts that need none, which are checked all the same', async () => {
      const { url: https, asked } = await proxyServer();
      const found = names({ 'hooks.example.com': [['127.0.0.2'], ['127.0.0.1']] });
      const to = await receiver(undefined, { tls: localhost });
      const settings = { tls, proxy: { https, except: 'example.com' } };
      const sender = await poster(settings, { lookup: found.lookup, isBlocked });
      const answer = await sender.post({ url: `https://hooks.example.com:${to.port}/`, headers, body });
      assert.equal('code' in answer && answer.code, 'blocked-address');
      assert.deepEqual([asked, to.connections(), found.asked.length], [[], 0, 2]);
    });

    it('that refuses is tried again, and its password is not told', async () => {
      const { url: https } = await proxyServer(403);
      const sender = await poster({ tls, proxy: { https } }, { lookup: names(zone).lookup, isBlocked });
      const answer = await sender.post({ url: 'https://hooks.example.com/', headers, body });
      assert.deepEqual(answer, {
        kind: 'later',
        code: 'proxy-failed',
        why: 'the proxy made no connection to the receiver (UND_ERR_ABORTED)',
      });
    });

    it('does not make a hanging look-up wait longer than a try may take', async () => {
      const clock = fakeClock();
      const { url: https } = await proxyServer();
      const sender = await poster({ proxy: { https } }, { clock, lookup: () => {} });
      const answer = sender.post({ url: 'https://hooks.example.com/', headers, body });
      await clock.advance(10_000);
      assert.equal((await answer).kind, 'later');
    });
  });

  describe('closing', () => {
    it('waits for the answer that is on its way, and takes nothing more', async () => {
      let answerIt = () => {};
      const to = await receiver((response) => {
        answerIt = () => response.end();
      });
      const sender = await poster({});
      const url = `http://127.0.0.1:${to.port}/`;
      const answer = sender.post({ url, headers, body });
      await to.count(1);
      const closed = sender.close();
      const late = await sender.post({ url, headers, body });
      assert.deepEqual([late.kind, 'code' in late && late.code], ['later', 'app-closed']);
      answerIt();
      assert.equal((await answer).kind, 'taken');
      await closed;
      await sender.close();
    });

    it('does not wait long for a receiver that says nothing', async () => {
      const to = await receiver(() => {});
      const clock = fakeClock();
      const sender = await poster({}, { clock });
      const answer = sender.post({ url: `http://127.0.0.1:${to.port}/`, headers, body });
      await to.count(1);
      const closed = sender.close();
      await clock.advance(5_000);
      await closed;
      assert.equal((await answer).kind, 'later');
      await until(() => to.open() === 0 && clock.pending() === 0);
    });
  });

  it('needs the package undici', async () => {
    const loadUndici = async () => undefined;
    const error = await assertRefused(() => poster({}, { loadUndici }), 'missing-package');
    assert.equal(error.detail.value, 'undici');
  });
});
