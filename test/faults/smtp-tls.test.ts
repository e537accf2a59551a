import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { SmtpRoute } from '../../nodes/lib/settings/app-settings.ts';
import type { Reaction } from '../support/storm-conversation.ts';
import { localhostPair, openStormServer, type StormServer } from '../support/storm-server.ts';
import { openWholeApp, type WholeApp } from '../support/whole-app.ts';

const minute = 60_000;
const hour = 60 * minute;
const fixture = (name: string) => readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8');
/** Valid until 2021; its key is that of the other. */
const expired = fixture('expired.cert.pem');
const trusted = { ca: [localhostPair.cert, expired].join('\n'), servername: 'localhost', verify: true };

interface Weakness {
  readonly name: string;
  readonly certificate?: object;
  readonly tls?: Partial<SmtpRoute['tls']>;
  /** `tls-failed` if it is not given. */
  readonly code?: RegExp;
  readonly reason: RegExp;
}

const weaknesses: readonly Weakness[] = [
  {
    name: 'an expired certificate',
    certificate: { ...localhostPair, cert: expired },
    reason: /certificate has expired/,
  },
  { name: 'a certificate for another name', tls: { servername: 'mail.test' }, reason: /altname|mail\.test/i },
  { name: 'a certificate that nobody vouches for', tls: { ca: undefined }, reason: /self-signed/ },
  {
    name: 'a protocol that is too old',
    certificate: {
      ...localhostPair,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    },
    // a server may also hang up without a word
    code: /^(tls|connect)-failed$/,
    reason: /protocol version|unsupported protocol|disconnected before secure TLS/,
  },
];

for (const security of ['starttls', 'ssl'] as const)
  describe(`mail to a server with ${security}`, () => {
    let server: StormServer;
    let stage: WholeApp;

    async function open({ certificate, tls }: Partial<Weakness> = {}): Promise<void> {
      server = await openStormServer({ tls: security, certificate });
      const route = server.route({ tls: { ...trusted, ...tls } });
      stage = await openWholeApp({ route, stalled: () => server.stalled });
    }

    afterEach(async () => {
      await stage.close();
      await server.down();
    });

    const states = async (ids: readonly string[]) =>
      Promise.all(ids.map(async (id) => (await stage.find(id)).state));

    for (const weakness of weaknesses)
      it(`waits an hour behind ${weakness.name}, sends nothing there, and leaves when that is mended`, async () => {
        await open(weakness);
        const ids = await stage.send('ann@a.test', 'bob@b.test');
        await stage.pass(hour);
        assert.deepEqual(await states(ids), ['queued', 'queued']);
        const { routeDown, lastFailure } = stage.app.state();
        assert.ok(routeDown);
        assert.match(lastFailure?.code ?? '', weakness.code ?? /^tls-failed$/);
        assert.match(lastFailure?.reason ?? '', weakness.reason);
        assert.equal(stage.troubles.length, 1);
        assert.equal(server.ledger.size, 0);
        if (weakness.tls) return;
        server.certificate = localhostPair;
        await stage.pass(6 * minute);
        assert.deepEqual(await states(ids), ['sent', 'sent']);
        assert.equal(stage.app.state().routeDown, false);
      });
  });

describe('mail through somebody between', () => {
  let server: StormServer;
  let stage: WholeApp;

  async function send(react: StormServer['react'], tls?: 'starttls'): Promise<string> {
    server = await openStormServer({ tls, auth: true, react });
    const login = { kind: 'password', user: 'joe', password: 's3cret' } as const;
    const route = server.route({ security: 'starttls', tls: trusted, login });
    stage = await openWholeApp({ route, stalled: () => server.stalled });
    const [id = ''] = await stage.send('ann@a.test');
    await stage.pass(minute);
    return id;
  }

  afterEach(async () => {
    await stage.close();
    await server.down();
  });

  it('waits where STARTTLS was taken out of the answer, and shows neither password nor mail', async () => {
    const seen = new Set<string>();
    const id = await send(({ point }) => void seen.add(point));
    assert.equal((await stage.find(id)).state, 'queued');
    assert.equal(stage.app.state().lastFailure?.code, 'starttls-missing');
    assert.deepEqual([...seen], ['greeting', 'ehlo']);
  });

  it('believes nothing that was said before TLS stood', async () => {
    // read as the answer to the second EHLO, this would make every mail too large
    const injected: Reaction = { say: '220 Go\r\n250-mail.test\r\n250 SIZE 1' };
    const id = await send(({ point }) => (point === 'starttls' ? injected : undefined), 'starttls');
    assert.equal((await stage.find(id)).state, 'sent');
    assert.equal(server.line('ann@a.test').takenAt.length, 1);
  });

  it('gives the password and the mail only behind TLS', async () => {
    const bare = new Set<string>();
    await send(({ point, secure }) => (secure ? undefined : void bare.add(point)), 'starttls');
    assert.deepEqual([...bare], ['greeting', 'ehlo', 'starttls']);
    assert.equal(server.line('ann@a.test').takenAt.length, 1);
  });
});
