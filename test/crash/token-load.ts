/**
 * A process made to be killed: renews its tokens without end and writes a line only for what has happened. With `early`
 * it lies: it writes that a token is kept before it is on disk. For its tokens a second is half a millisecond.
 *
 *     found <refresh token>     kept <refresh token>     used <access token>     lost-sign-in
 */
import { writeSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { type Clock, systemClock } from '../../nodes/lib/kernel/clock.ts';
import { asEmailError } from '../../nodes/lib/kernel/errors.ts';
import { sealedVault } from '../../nodes/lib/keys/sealed-vault.ts';
import type { Vault } from '../../nodes/lib/keys/vault.ts';
import { secretNameOf } from '../../nodes/lib/oauth/secret-name.ts';
import { openTokenKeeper } from '../../nodes/lib/oauth/token-keeper.ts';
import { readTokens, type TokenSet } from '../../nodes/lib/oauth/token-set.ts';
import { sampleOAuthLogin } from '../support/sample-oauth.ts';
import { openTestStore } from '../support/sqlite-suppressions.ts';

const [folder = '', url = '', epoch = '', mode = ''] = process.argv.slice(2);
const speed = 2000;
const clock: Clock = {
  now: () => Number(epoch) + (systemClock.now() - Number(epoch)) * speed,
  after: (delay, action) => systemClock.after(delay / speed, action),
};
const write = (...words: unknown[]) => writeSync(1, `${words.join(' ')}\n`);
const trouble = (error: Error) => write('trouble', error.message);
const login = sampleOAuthLogin({ tokenUrl: `${url}/token` });
const { outbox, keys } = await openTestStore(folder, { now: Date.now() });
const sealed = sealedVault(outbox, keys, 'app00001', trouble);
const refreshTokenIn = (secret = '{}') => (JSON.parse(secret) as TokenSet).refreshToken;

const vault: Vault = {
  read: sealed.read,
  async write(name, secret) {
    if (mode === 'early') {
      write('kept', refreshTokenIn(secret));
      await wait(60);
    }
    await sealed.write(name, secret);
    if (mode !== 'early') write('kept', refreshTokenIn(secret));
  },
};

async function signIn(): Promise<void> {
  const answer = await fetch(`${url}/sign-in`, { method: 'POST' });
  await keeper.accept(readTokens(await answer.json(), { now: clock.now(), validity: 100, service: url }));
}

write('found', refreshTokenIn(await sealed.read(secretNameOf(login))) ?? 'none');
const keeper = openTokenKeeper(login, { vault, clock, random: Math.random, onTrouble: () => {} });
await keeper.update();
for (let last = ''; ; await wait(2)) {
  try {
    const token = await keeper.current();
    if (token !== last) write('used', token);
    last = token;
  } catch (thrown) {
    const error = asEmailError(thrown);
    if (error.code !== 'sign-in-needed') trouble(error);
    // where this process stands still for long, a fresh token has ended before it is seen
    if (keeper.state().signedIn) continue;
    write('lost-sign-in');
    await signIn();
  }
}
