import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { type AwsClients, awsClients } from '../../../nodes/lib/aws/aws-clients.ts';
import { systemClock } from '../../../nodes/lib/kernel/clock.ts';
import type { AwsAccess } from '../../../nodes/lib/settings/app-settings.ts';
import { type AwsOptions, testKeys } from '../../support/aws/aws-world.ts';
import { type AwsStandIn, startAws } from '../../support/aws/start-aws.ts';

describe('awsClients', () => {
  let aws: AwsStandIn;
  let clients: AwsClients;

  async function open(options: AwsOptions = {}, access: Partial<AwsAccess> = {}): Promise<void> {
    aws = await startAws({ verified: ['example.com'], ...options });
    clients = awsClients(
      { region: 'eu-central-1', keys: testKeys, endpoint: aws.endpoint, ...access },
      systemClock,
    );
  }

  afterEach(async () => {
    await clients.close();
    await aws.close();
  });

  const mail = {
    FromEmailAddress: 'shop@example.com',
    Destination: { ToAddresses: ['ann@example.net'] },
    Content: { Raw: { Data: Buffer.from('From: shop@example.com\r\nSubject: Hi\r\n\r\nHi\r\n') } },
  };

  it('calls each service as its SDK package does', async () => {
    await open();
    const { Tokens } =
      (await clients.sesv2('CreateEmailIdentity', { EmailIdentity: 'example.org' })).DkimAttributes ?? {};
    assert.equal(Tokens?.length, 3);
    const { VerificationToken } = await clients.ses('VerifyDomainIdentity', { Domain: 'example.org' });
    assert.ok(VerificationToken);
    assert.match((await clients.sns('CreateTopic', { Name: 'mail' })).TopicArn ?? '', /:mail$/);
    assert.match((await clients.sqs('CreateQueue', { QueueName: 'mail' })).QueueUrl ?? '', /\/mail$/);
  });

  it('reads an object of S3 as a stream', async () => {
    await open();
    await clients.s3('CreateBucket', { Bucket: 'inbox' });
    await clients.s3('PutObject', { Bucket: 'inbox', Key: 'in/one (1)!', Body: 'x'.repeat(100_000) });
    const { Body } = await clients.s3('GetObject', { Bucket: 'inbox', Key: 'in/one (1)!' });
    let size = 0;
    for await (const chunk of Body as Readable) size += chunk.length;
    assert.equal(size, 100_000);
    const { Contents } = await clients.s3('ListObjectsV2', { Bucket: 'inbox', Prefix: 'in/one (1)!' });
    assert.equal(Contents?.length, 1);
  });

  it('says by AWS’s own name what went wrong', async () => {
    await open();
    await assert.rejects(clients.sesv2('GetEmailIdentity', { EmailIdentity: 'example.net' }), {
      code: 'aws-not-found',
      detail: {
        name: 'NotFoundException',
        status: 404,
        value: 'ses:GetEmailIdentity',
        why: 'Email identity example.net does not exist',
        response: 'Email identity example.net does not exist',
      },
    });
  });

  it('tries a reading call again, and a sending one never', async () => {
    let failures = 0;
    const trouble = { code: 'InternalServiceErrorException', message: 'oops', status: 500 };
    await open({ script: () => (failures++ % 2 === 0 ? trouble : undefined) });
    await clients.sesv2('GetAccount', {});
    assert.equal(aws.state.calls.length, 2);
    await assert.rejects(clients.sesv2('SendEmail', mail), { code: 'message-delayed' });
    assert.equal(aws.state.calls.length, 3);
  });

  const refused: readonly (readonly [string, Partial<AwsAccess>, RegExp])[] = [
    [
      'an unknown key id',
      { keys: { ...testKeys, accessKeyId: 'AKIANOBODY0000000001' } },
      /access key id is not known/,
    ],
    ['a wrong secret', { keys: { ...testKeys, secretAccessKey: 'wrong' } }, /does not fit/],
  ];
  for (const [what, access, sentence] of refused)
    it(`explains ${what}`, async () => {
      await open({}, access);
      await assert.rejects(clients.sesv2('GetAccount', {}), { code: 'aws-keys-refused', message: sentence });
    });

  it('opens no connection for a call that comes after its end', async () => {
    await open();
    await clients.close();
    await assert.rejects(clients.sesv2('SendEmail', mail), { code: 'app-closed', retryable: true });
  });

  it('may be closed twice', async () => {
    await open();
    await clients.sesv2('GetAccount', {});
    for (let time = 0; time < 20; time += 1) {
      await clients.close();
      await new Promise((resolve) => setImmediate(resolve));
    }
  });

  it('lets a call under way come to its end when it is closed, and takes no more', async () => {
    await open();
    await clients.sesv2('GetAccount', {});
    const sending = clients.sesv2('SendEmail', mail);
    await new Promise((resolve) => setImmediate(resolve));
    await clients.close();
    assert.ok((await sending).MessageId);
    await assert.rejects(clients.sesv2('SendEmail', mail), { code: 'aws-unreachable' });
  });

  describe('behind a proxy', () => {
    let proxy: Server;
    let tunnels: string[];

    beforeEach(async () => {
      tunnels = [];
      proxy = createServer().on('connect', (request, socket) => {
        tunnels.push(request.url ?? '');
        const [host = '', port] = (request.url ?? '').split(':');
        const upstream = connect(Number(port), host, () => {
          socket.write('HTTP/1.1 200 OK\r\n\r\n');
          upstream.pipe(socket).pipe(upstream);
        });
        for (const end of [upstream, socket]) end.on('error', () => {});
      });
      await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    });

    afterEach(() => {
      proxy.closeAllConnections();
      proxy.close();
    });

    const proxyUrl = (): string => `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;

    it('goes through it', async () => {
      await open({}, { proxy: { http: proxyUrl() } });
      await clients.sesv2('GetAccount', {});
      assert.deepEqual(tunnels, [new URL(aws.endpoint).host]);
    });

    it('goes past it to the hosts that are excepted', async () => {
      await open({}, { proxy: { http: proxyUrl(), except: '127.0.0.1' } });
      await clients.sesv2('GetAccount', {});
      assert.deepEqual(tunnels, []);
    });

    it('knows that nothing was sent when the proxy cannot be reached', async () => {
      await open({}, { proxy: { http: 'http://127.0.0.1:9' } });
      await assert.rejects(clients.sesv2('SendEmail', mail), { code: 'aws-unreachable', retryable: true });
    });
  });

  describe('without undici', () => {
    /** In a process of its own, where the package is not to be found. */
    async function withoutUndici(body: string): Promise<string> {
      const from = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
      const script = `
        import { registerHooks } from 'node:module';
        registerHooks({
          resolve(name, context, next) {
            if (name === 'undici') throw new Error('absent');
            return next(name, context);
          },
        });
        const { awsClients } = await import(${from('../../../nodes/lib/aws/aws-clients.ts')});
        const { systemClock } = await import(${from('../../../nodes/lib/kernel/clock.ts')});
        const open = (access) => awsClients({ region: 'eu-central-1', ...${JSON.stringify({ keys: testKeys })}, ...access }, systemClock);
        ${body}
      `;
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
      return stdout.trim();
    }

    it('uses the SDK’s own handler', async () => {
      await open();
      const printed = await withoutUndici(`
        const clients = open({ endpoint: ${JSON.stringify(aws.endpoint)} });
        const { ProductionAccessEnabled } = await clients.sesv2('GetAccount', {});
        const down = open({ endpoint: 'http://127.0.0.1:9' });
        const code = await down.sesv2('SendEmail', { Content: {} }).catch((error) => error.code);
        console.log(ProductionAccessEnabled, code);
        process.exit(0);
      `);
      assert.equal(printed, 'true aws-unreachable');
    });

    it('needs it for a proxy', async () => {
      await open();
      const printed = await withoutUndici(`
        const clients = open({ proxy: { https: 'http://127.0.0.1:9' } });
        console.log(await clients.sesv2('GetAccount', {}).catch((error) => error.message));
      `);
      assert.match(printed, /undici is not installed/);
    });
  });
});
