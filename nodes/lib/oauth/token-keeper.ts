/** A sign-in goes in once; an access token that holds comes out at any time, for years and across restarts. */
import { AtMostAtOnce } from '../kernel/at-most-at-once.ts';
import type { Claims } from '../kernel/claims.ts';
import type { Clock } from '../kernel/clock.ts';
import { asEmailError, EmailError } from '../kernel/errors.ts';
import type { Vault } from '../keys/vault.ts';
import type { OAuthLogin } from '../settings/app-settings.ts';
import type { AccessTokens } from '../transport/access-tokens.ts';
import { signInNeeded } from '../transport/sign-in-needed.ts';
import { askProvider } from './ask-provider.ts';
import { openOAuthClient } from './oauth-client.ts';
import { renewalTime, retryWait, stillHolds } from './renewal-times.ts';
import { inRenewalTurn } from './renewal-turn.ts';
import { secretNameOf } from './secret-name.ts';
import { continueTokens, type TokenProvider, type TokenSet } from './token-set.ts';
import { needsPerson, type TokenState, tokenState } from './token-state.ts';

export interface KeeperRooms {
  readonly vault: Vault;
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** Told once when mail has to wait for a person: `sign-in-needed`, `oauth-refused`. */
  readonly onTrouble: (error: EmailError) => void;
  readonly provider?: TokenProvider;
  /** Of the machines that share the vault one at a time asks the provider. */
  readonly claims?: Claims;
}

export interface TokenKeeper extends AccessTokens {
  /** Tokens shown masked, for people. */
  state(): TokenState;
  /** Resolves when the vault is read and what is due is renewed, so that `state` tells of it; never rejects. */
  update(): Promise<void>;
  /** A new sign-in: on disk and in use when it resolves. Throws what the store throws. */
  accept(tokens: TokenSet): Promise<void>;
  /** Takes the tokens away for good. Throws what the store throws. */
  forget(): Promise<void>;
  /** `listener` runs whenever tokens can be had again after they could not; the returned function ends it. */
  onMended(listener: () => void): () => void;
  /** Ends when what a renewal under way brings is in the vault. */
  close(): Promise<void>;
}

/** Reads the vault and renews what is due at once, without waiting for a mail. */
export function openTokenKeeper(login: OAuthLogin, rooms: KeeperRooms): TokenKeeper {
  const keeper = new VaultTokenKeeper(login, rooms);
  void keeper.update();
  return keeper;
}

const longestSleep = 24 * 3_600_000;
/** A token that replaced a refused one and is refused itself within this time: renewing does not help. */
const trialTime = 15 * 60_000;

/**
 * unread ──► signed in ⇄ failing (renewing is tried again, ever more slowly) ──► signed out
 *                 ▲                                                                  │
 *                 └────────────────────────────── accept ────────────────────────────┘
 *
 * One thing at a time happens to the tokens. What the provider gave is in the vault before it is used. Where each use
 * of a refresh token kills it, a crash between the provider's answer and the vault loses the sign-in; Google does not
 * rotate, and Microsoft lets the old one live, so there the next start goes on with the old one.
 */
class VaultTokenKeeper implements TokenKeeper {
  readonly #login: OAuthLogin;
  readonly #rooms: KeeperRooms;
  readonly #provider: TokenProvider;
  readonly #secretName: string;
  readonly #needsSignIn: boolean;
  readonly #listeners = new Set<() => void>();
  readonly #turns = new AtMostAtOnce(1);
  #updating: Promise<void> | undefined;
  #isRead = false;
  #isClosed = false;
  #tokens: TokenSet | undefined;
  /** What the provider gave and the vault has not taken yet: it is not asked for twice. */
  #unsaved: TokenSet | undefined;
  /** The mail server did not take the present token. */
  #isRefused = false;
  #replacedAt = Number.NEGATIVE_INFINITY;
  #failure: EmailError | undefined;
  #failures = 0;
  #failedAt = 0;
  /** ms since the epoch; undefined when only a person helps. */
  #nextUpdateAt: number | undefined;
  #told: string | undefined;
  #callOffTimer = (): void => {};

  constructor(login: OAuthLogin, rooms: KeeperRooms) {
    this.#login = login;
    this.#rooms = rooms;
    this.#secretName = secretNameOf(login);
    this.#needsSignIn = login.oauth.grant === 'authorization-code';
    this.#provider = rooms.provider ?? openOAuthClient(login.oauth, rooms.clock);
  }

  async current(): Promise<string> {
    if (this.#isClosed) throw new EmailError('app-closed', { retryable: true });
    if (!this.#holds()) await this.update();
    if (this.#tokens && this.#holds()) return this.#tokens.accessToken;
    throw this.#failure ?? signInNeeded(this.#login, 'there is no token');
  }

  refused(token: string): void {
    if (token !== this.#tokens?.accessToken || this.#isRefused) return;
    this.#isRefused = true;
    if (this.#now - this.#replacedAt > trialTime) return;
    const { user } = this.#login;
    this.#fail(signInNeeded(this.#login, `the mail server takes no token of it for ${user}`), true);
  }

  state(): TokenState {
    const [login, tokens, failure] = [this.#login, this.#tokens, this.#failure];
    return tokenState({ login, tokens, failure, nextRenewalAt: this.#nextUpdateAt });
  }

  accept(tokens: TokenSet): Promise<void> {
    return this.#inTurn(async () => {
      await this.#read();
      await this.#keep(tokens);
      this.#unsaved = undefined;
      this.#told = undefined;
      this.#mend();
    });
  }

  forget(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#rooms.vault.write(this.#secretName, undefined);
      this.#isRead = true;
      this.#tokens = this.#unsaved = undefined;
      this.#told = 'sign-in-needed';
      if (this.#needsSignIn) this.#fail(signInNeeded(this.#login, 'the sign-in was taken away'));
    });
  }

  onMended(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#callOffTimer();
    await this.#turns.idle();
  }

  /** Reads and renews as far as need be; whoever wants it at the same time waits for the same. Never rejects. */
  update(): Promise<void> {
    this.#updating ??= this.#inTurn(() => this.#updateInTurn()).finally(() => {
      this.#updating = undefined;
    });
    return this.#updating;
  }

  async #updateInTurn(): Promise<void> {
    if (this.#isClosed || !this.#mayAsk()) return;
    const isReplacement = this.#isRefused;
    try {
      await this.#read();
      if (this.#isDue()) await this.#renewInTurn();
      if (isReplacement) this.#replacedAt = this.#now;
      else this.#told = undefined;
      this.#mend();
    } catch (thrown) {
      this.#fail(asEmailError(thrown));
    }
  }

  /** Only this app writes what its vault opens. What is the same may have been refused by the mail server, and stays so. */
  async #read(again = false): Promise<void> {
    if (this.#isRead && !again) return;
    const text = await this.#rooms.vault.read(this.#secretName);
    this.#isRead = true;
    if (text !== undefined && text !== JSON.stringify(this.#tokens)) this.#use(JSON.parse(text) as TokenSet);
  }

  /** Another machine may have renewed them meanwhile. */
  #renewInTurn(): Promise<void> {
    const { claims, clock } = this.#rooms;
    if (!claims || this.#unsaved) return this.#renew();
    return inRenewalTurn(this.#secretName, { claims, clock }, async () => {
      await this.#read(true);
      if (this.#isDue()) await this.#renew();
    });
  }

  async #renew(): Promise<void> {
    this.#unsaved ??= await askProvider(this.#login, this.#tokens, this.#provider);
    await this.#keep(this.#unsaved);
    this.#unsaved = undefined;
  }

  async #keep(fresh: TokenSet): Promise<void> {
    const tokens = continueTokens(fresh, this.#tokens);
    await this.#rooms.vault.write(this.#secretName, JSON.stringify(tokens));
    this.#use(tokens);
  }

  #use(tokens: TokenSet): void {
    this.#tokens = tokens;
    this.#isRefused = false;
    this.#nextUpdateAt = renewalTime(tokens, this.#rooms.random);
  }

  #mend(): void {
    const wasFailing = this.#failure !== undefined;
    this.#failure = undefined;
    this.#failures = 0;
    if (wasFailing) for (const listener of this.#listeners) listener();
  }

  #fail(failure: EmailError, isWorthRetrying = failure.code !== 'sign-in-needed'): void {
    this.#failure = failure;
    this.#failures += 1;
    this.#failedAt = this.#now;
    const wait = retryWait(this.#failures, needsPerson(failure), this.#rooms.random);
    this.#nextUpdateAt = isWorthRetrying ? this.#now + wait : undefined;
    this.#sleep();
    if (!needsPerson(failure) || this.#told === failure.code) return;
    this.#told = failure.code;
    this.#rooms.onTrouble(failure);
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    return this.#turns.run(work).finally(() => this.#sleep());
  }

  #sleep(): void {
    this.#callOffTimer();
    if (this.#isClosed || this.#nextUpdateAt === undefined) return;
    const delay = Math.min(Math.max(this.#nextUpdateAt - this.#now, 0), longestSleep);
    this.#callOffTimer = this.#rooms.clock.after(delay, () => void this.update());
  }

  #holds(): boolean {
    return this.#tokens !== undefined && !this.#isRefused && stillHolds(this.#tokens, this.#now);
  }

  #isDue(): boolean {
    return !this.#holds() || (this.#nextUpdateAt !== undefined && this.#now >= this.#nextUpdateAt);
  }

  /** After a failure nobody asks sooner than planned; a clock that was set back does not lengthen the wait. */
  #mayAsk(): boolean {
    if (this.#failure === undefined || this.#now < this.#failedAt) return true;
    return this.#nextUpdateAt !== undefined && this.#now >= this.#nextUpdateAt;
  }

  get #now(): number {
    return this.#rooms.clock.now();
  }
}
