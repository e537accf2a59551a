import type { TokenState } from '../lib/oauth/token-state.ts';
import { callAdmin } from './call-admin.ts';
import { presentValues } from './present-values.ts';
import { showAnswer } from './show-answer.ts';
import { timeText } from './time-text.ts';
import { whileBusy } from './while-busy.ts';

interface TokenAnswer extends TokenState {
  /** What became of the sign-in that was asked for. */
  signIn?: { state: 'waiting' | 'done' | 'failed'; text?: string };
}

interface StartAnswer {
  /** Where the person consents; none when the app signs in by itself. */
  url?: string;
  ticket: string;
}

const everyMs = 1500;
const patienceMs = 10 * 60_000;

/** "Generate token" and what is known of the tokens; they are fetched and kept by the runtime, and shown masked. */
export function showToken(node: EditorNode, callbackUrl: string): void {
  const panel = new TokenPanel(node, callbackUrl);
  $('#email-app-token-generate').on('click', () => panel.generate());
  $('#email-app-token-forget').on('click', () => panel.forget());
  $('#node-config-input-smtpAuth, #node-config-input-route').on('change', () => panel.refresh());
  panel.refresh();
}

class TokenPanel {
  readonly #node: EditorNode;
  readonly #callbackUrl: string;
  readonly #answer = $('#email-app-token-answer');
  readonly #buttons = $('#email-app-token-generate, #email-app-token-forget');
  /** A newer question makes the answers to older ones worthless. */
  #turn = 0;

  constructor(node: EditorNode, callbackUrl: string) {
    this.#node = node;
    this.#callbackUrl = callbackUrl;
  }

  refresh(): void {
    const isShown =
      $('#node-config-input-smtpAuth').val() === 'oauth' && $('#node-config-input-route').val() === 'smtp';
    if (!isShown) return;
    // A dialog that is not filled in yet has nothing to ask about.
    if (RED.nodes.node(this.#node.id)) void this.#attempt(async () => this.#show(await this.#ask('state')));
    else this.#show({ signedIn: false, needsPerson: false });
  }

  forget(): Promise<void> {
    return this.#attempt(async () => this.#show(await this.#ask('forget')));
  }

  generate(): Promise<void> {
    const byPerson = $('#node-config-input-oauthGrant').val() !== 'client-credentials';
    // Opened at once: a browser blocks a window that does not come of a click.
    const popup = byPerson ? openWindow() : null;
    showAnswer(this.#answer, 'busy', this.#node._(`email-app.token.${byPerson ? 'waiting' : 'fetching'}`));
    return this.#attempt(() => this.#start(popup));
  }

  async #start(popup: Window | null): Promise<void> {
    try {
      const asked = { ...presentValues(this.#node), redirectUri: this.#callbackUrl };
      const { url, ticket } = await callAdmin<StartAnswer>('POST', 'oauth/start', asked);
      if (url && !popup)
        return void showAnswer(this.#answer, 'bad', this.#node._('email-app.token.no-window'));
      if (url && popup) popup.location.href = url;
      void this.#follow(ticket, this.#turn);
    } catch (error) {
      popup?.close();
      throw error;
    }
  }

  async #follow(ticket: string, mine: number): Promise<void> {
    const until = Date.now() + patienceMs;
    while (this.#turn === mine && this.#answer[0]?.isConnected && Date.now() < until) {
      const state = await this.#ask('state', { ticket }).catch(() => undefined);
      if (this.#turn !== mine) return;
      if (state && state.signIn?.state !== 'waiting') return this.#show(state);
      await doneOrLater();
    }
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    this.#turn += 1;
    await whileBusy({ node: this.#node, buttons: this.#buttons, answer: this.#answer }, work);
  }

  #ask(path: string, extra: object = {}): Promise<TokenAnswer> {
    return callAdmin<TokenAnswer>('POST', `oauth/${path}`, { ...presentValues(this.#node), ...extra });
  }

  #show(state: TokenAnswer): void {
    const known = state.accessToken !== undefined;
    $('#email-app-token-facts').toggleClass('email-hidden', !known).empty().append(facts(this.#node, state));
    $('#email-app-token-forget').toggleClass('email-hidden', !known);
    const trouble = state.signIn?.text ?? state.trouble;
    if (trouble) showAnswer(this.#answer, 'bad', trouble);
    else if (state.signedIn) showAnswer(this.#answer, 'good', this.#node._('email-app.token.signed-in'));
    else showAnswer(this.#answer, 'note', this.#node._('email-app.token.none'));
  }
}

/** The provider's page gets no hold of the editor, which it could lead elsewhere. */
function openWindow(): Window | null {
  const popup = window.open('about:blank', 'email-app-sign-in', 'popup,width=560,height=720');
  if (popup) popup.opener = null;
  return popup;
}

/** Until it is time to ask again, or the window says that it is done; it says no more than that. */
function doneOrLater(): Promise<void> {
  return new Promise((resolve) => {
    const channel = new BroadcastChannel('email-app');
    const finish = (): void => {
      clearTimeout(timer);
      channel.close();
      resolve();
    };
    const timer = setTimeout(finish, everyMs);
    channel.onmessage = finish;
  });
}

function facts(node: EditorNode, state: TokenAnswer): JQuery[] {
  const { account, accessToken, refreshToken, validUntil, nextRenewalAt } = state;
  return [
    ...fact(node, 'account', account),
    ...fact(node, 'access-token', accessToken, 'email-mono'),
    ...fact(node, 'refresh-token', refreshToken, 'email-mono'),
    ...fact(node, 'valid-until', validUntil && timeText(validUntil)),
    ...fact(node, 'next-renewal', nextRenewalAt && timeText(nextRenewalAt)),
  ];
}

function fact(node: EditorNode, name: string, value: string | number | undefined, look = ''): JQuery[] {
  if (!value) return [];
  return [$('<dt>').text(node._(`email-app.token.${name}`)), $('<dd>').addClass(look).text(value)];
}
