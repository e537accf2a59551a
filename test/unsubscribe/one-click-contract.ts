import assert from 'node:assert/strict';
import { connect } from 'node:net';
import type { UnsubscribeSite } from '../support/unsubscribe-site.ts';

const pair = 'List-Unsubscribe=One-Click';
const form = 'application/x-www-form-urlencoded';
const multipart = `--b0\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b0--\r\n`;

interface RawRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers?: readonly string[];
  readonly body?: string;
}

/** What any server that carries the public pages must do; `open` says where it is. */
export function describeOneClick(what: string, open: () => Promise<UnsubscribeSite>): void {
  describe(what, () => {
    let site: UnsubscribeSite;
    beforeEach(async () => {
      site = await open();
    });
    afterEach(() => site.close());

    const pathOf = (url: string) => new URL(url).pathname;
    const send = (request: RawRequest) => sendRaw(site.baseUrl, request);
    const post = (
      body: string,
      headers: readonly string[] = [],
      path = pathOf(site.url({ listTopic: 'news' })),
    ) =>
      send({
        method: 'POST',
        path,
        headers: [`Content-Length: ${Buffer.byteLength(body)}`, ...headers],
        body,
      });

    const accepted: [what: string, body: string, headers: string[]][] = [
      ['urlencoded', pair, [`Content-Type: ${form}`]],
      ['without a content type', pair, []],
      ['multipart', multipart, ['Content-Type: multipart/form-data; boundary=b0']],
      [
        'with headers of another site',
        pair,
        [`Content-Type: ${form}`, 'Origin: https://evil.example', 'Referer: https://evil.example/x'],
      ],
      [
        'with a login that is none',
        pair,
        [`Content-Type: ${form}`, 'Authorization: Basic eDp5', 'Cookie: a=b'],
      ],
    ];
    for (const [how, body, headers] of accepted) {
      it(`acts at once on a POST ${how}`, async () => {
        const { status, head } = await post(body, headers);
        assert.equal(status, 200);
        assert.doesNotMatch(head, /^(?:location|set-cookie|refresh):/im);
        assert.deepEqual(await site.left(), ['news']);
      });
    }

    it('acts on a body in chunks', async () => {
      const body = `4\r\nList\r\n${(pair.length - 4).toString(16)}\r\n${pair.slice(4)}\r\n0\r\n\r\n`;
      const headers = ['Transfer-Encoding: chunked', `Content-Type: ${form}`];
      const { status } = await send({ method: 'POST', path: pathOf(site.url()), headers, body });
      assert.equal(status, 200);
      assert.deepEqual(await site.left(), ['*']);
    });

    it('answers a repeated POST alike', async () => {
      for (let time = 0; time < 3; time += 1) assert.equal((await post(pair)).status, 200);
      assert.deepEqual(await site.left(), ['news']);
    });

    const refused: [what: string, body: string, headers: string[]][] = [
      ['JSON', '{"List-Unsubscribe":"One-Click"}', ['Content-Type: application/json']],
      ['plain text', pair, ['Content-Type: text/plain']],
      ['nothing', '', []],
      ['another pair', 'List-Unsubscribe=Yes', [`Content-Type: ${form}`]],
      ['multipart with a wrong boundary', multipart, ['Content-Type: multipart/form-data; boundary=b1']],
      ['more than a kilobyte', `${pair}&x=${'y'.repeat(1100)}`, [`Content-Type: ${form}`]],
      ['a megabyte', 'x'.repeat(1_000_000), [`Content-Type: ${form}`]],
    ];
    for (const [sent, body, headers] of refused) {
      it(`changes nothing for a POST of ${sent}`, async () => {
        const { status } = await post(body, headers);
        assert.ok(status === 400 || status === 413, `${status}`);
        assert.deepEqual(await site.left(), []);
      });
    }

    it('changes nothing for a body that breaks off', async () => {
      const path = pathOf(site.url());
      const headers = [`Content-Length: ${pair.length + 10}`, `Content-Type: ${form}`];
      await sendRaw(site.baseUrl, { method: 'POST', path, headers, body: pair }, { hangUp: true });
      await post('');
      assert.deepEqual(await site.left(), []);
    });

    it('changes nothing for 1,000 requests of a scanner', async () => {
      const path = pathOf(site.url({ listTopic: 'news' }));
      for (let round = 0; round < 20; round += 1) {
        const requests = Array.from({ length: 50 }, (_, at) =>
          fetch(new URL(path, site.baseUrl), { method: ['GET', 'HEAD', 'OPTIONS'][at % 3] }).then(
            async (answer) => {
              assert.ok([200, 204].includes(answer.status), `${answer.status}`);
              await answer.arrayBuffer();
            },
          ),
        );
        await Promise.all(requests);
      }
      assert.deepEqual(await site.left(), []);
    });

    it('answers HEAD as GET without a body, and OPTIONS with what is allowed', async () => {
      const path = pathOf(site.url());
      const get = await send({ path });
      const head = await send({ method: 'HEAD', path });
      const lengthOf = (text: string) => /^content-length: (\d+)/im.exec(text)?.[1];
      assert.equal(head.status, 200);
      assert.equal(head.body, '');
      assert.equal(lengthOf(head.head), lengthOf(get.head));
      const options = await send({ method: 'OPTIONS', path });
      assert.equal(options.status, 204);
      assert.match(options.head, /^allow: GET, HEAD, OPTIONS, POST\r?$/im);
    });

    it('refuses forged, truncated and other apps’ links alike', async () => {
      const good = pathOf(site.url());
      const wrong = [good.slice(0, -1), `${good}x`, pathOf(site.url({ appId: 'app00009' }))];
      const answers = [];
      for (const path of wrong) answers.push(await post(pair, [], path));
      for (const { status, body } of answers)
        assert.deepEqual({ status, body }, { status: 404, body: answers[0]?.body });
      assert.deepEqual(await site.left(), []);
    });

    it('lets valid links win in a flood of forged ones', async () => {
      const forged = `${site.url()}x`;
      const statuses = await Promise.all(
        Array.from({ length: 200 }, () =>
          fetch(forged, { method: 'POST', body: pair }).then(({ status }) => status),
        ),
      );
      assert.ok(statuses.includes(429));
      assert.ok(statuses.every((status) => status === 429 || status === 404));
      assert.equal((await post(pair)).status, 200);
      assert.deepEqual(await site.left(), ['news']);
    });

    it('keeps the page to itself', async () => {
      const { head } = await send({ path: pathOf(site.url()) });
      for (const line of [
        /^content-security-policy: default-src 'none'/im,
        /^referrer-policy: no-referrer/im,
        /^cache-control: no-store/im,
        /^x-robots-tag: noindex/im,
        /^x-frame-options: DENY/im,
      ]) {
        assert.match(head, line);
      }
      assert.doesNotMatch(head, /^(?:x-powered-by|set-cookie|access-control-allow-origin):/im);
    });

    it('builds nothing from the Host header', async () => {
      const { body, head } = await send({
        path: pathOf(site.url()),
        headers: ['X-Forwarded-Host: evil.example'],
      });
      assert.doesNotMatch(body + head, /evil|127\.0\.0\.1/);
    });
  });
}

/** Writes the request byte by byte as given and reads until the server hangs up. */
function sendRaw(
  baseUrl: string,
  { method = 'GET', path, headers = [], body = '' }: RawRequest,
  { hangUp = false } = {},
): Promise<{ status: number; head: string; body: string }> {
  const { hostname, port } = new URL(baseUrl);
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'Host: shop.example',
    'Connection: close',
    ...headers,
    '',
    body,
  ];
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(Number(port), hostname, () => {
      socket.write(lines.join('\r\n'), () => {
        if (hangUp) socket.destroy();
      });
    });
    socket.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    // A server that refuses a long body may close before all of it was sent.
    socket
      .on('error', () => undefined)
      .on('close', () => {
        const [head = '', ...rest] = text.split('\r\n\r\n');
        resolve({
          status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0),
          head,
          body: rest.join('\r\n\r\n'),
        });
      });
  });
}
