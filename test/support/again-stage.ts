import { simpleParser } from 'mailparser';
import type { SuppressionCause } from '../../nodes/lib/suppression/suppression-list.ts';
import { answerUnsubscribe, type UnsubscribeRooms } from '../../nodes/lib/unsubscribe/answer-unsubscribe.ts';
import type { HttpAnswer, HttpFacts } from '../../nodes/lib/unsubscribe/http-exchange.ts';
import { requestLimits } from '../../nodes/lib/unsubscribe/request-limits.ts';
import { sealToken, type TokenClaims } from '../../nodes/lib/unsubscribe/unsubscribe-token.ts';
import { readUnsubscribePath } from '../../nodes/lib/unsubscribe/unsubscribe-url.ts';
import { appStage, type StageOptions } from './app-stage.ts';
import { linkIn, unsubscribeSettings } from './unsubscribe-app.ts';
import { sampleTopics } from './unsubscribe-rooms.ts';

export const oneClick = { method: 'POST', body: Buffer.from('List-Unsubscribe=One-Click') };

/** The form of a page whose button has this value, as a browser sends it. */
export function formOf({ body }: HttpAnswer, order: string) {
  const forms = body.split('<form').slice(1);
  const form = forms.find((text) => text.includes(`name="do" value="${order}"`)) ?? '';
  const fields = new URLSearchParams({ do: order });
  for (const [, attributes = ''] of form.matchAll(/<input ([^>]*)>/g)) {
    if (!/hidden|checked/.test(attributes)) continue;
    const read = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(attributes)?.[1] ?? '';
    fields.append(read('name'), read('value'));
  }
  const contentType = 'application/x-www-form-urlencoded';
  return { method: 'POST', contentType, body: Buffer.from(fields.toString()) };
}

/** A running app with its public pages. */
export function againStage(options: StageOptions = {}) {
  const settings = options.settings ?? unsubscribeSettings({ topics: sampleTopics });
  const stage = appStage({ ...options, settings });
  const { app, clock, keys, delivered, troubles } = stage;
  const rooms: UnsubscribeRooms = {
    appId: 'app00001',
    list: app.suppressions,
    keys,
    settings: settings.unsubscribe,
    clock,
    limits: requestLimits(clock),
    resubscription: app.resubscription,
    onLeft: () => {},
    onTrouble: (error) => troubles.push(error),
  };
  const ask = (token: string, facts: Partial<HttpFacts> = {}) =>
    answerUnsubscribe({ method: 'GET', body: new Uint8Array(), ip: '192.0.2.1', ...facts, token }, rooms);
  const token = (claims: Partial<TokenClaims> = {}) =>
    sealToken({ appId: 'app00001', address: 'ann@example.net', emailId: 'mail-1', ...claims }, keys);
  const hold = (cause: SuppressionCause, listTopic?: string, address = 'ann@example.net') =>
    app.suppressions.add([{ address, cause, method: 'api', listTopic, at: clock.now() }]);
  /** Opens the page of the link, presses the button for a mail, and lets it go out. */
  const wish = async (link = token(), facts: Partial<HttpFacts> = {}) => {
    const answer = await ask(link, { ...formOf(await ask(link, facts), 'again'), ...facts });
    await clock.advance(2000);
    return answer;
  };
  const confirmLink = async () => {
    const { text } = await simpleParser(Buffer.from(delivered.at(-1)?.raw ?? ''));
    return readUnsubscribePath(linkIn(text))?.token ?? '';
  };
  const confirm = async (link: string) => ask(link, formOf(await ask(link), 'return'));
  const held = async () =>
    ((await app.suppressions.find(['ann@example.net'], clock.now())).get('ann@example.net') ?? []).map(
      ({ cause, listTopic }) => `${cause} ${listTopic ?? '*'}`,
    );
  return { ...stage, rooms, ask, token, hold, wish, confirmLink, confirm, held };
}
