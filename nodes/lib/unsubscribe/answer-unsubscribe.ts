/** A request to the page of a token comes in; its answer goes out, and what was asked for is on disk before that. */
import type { Clock } from '../kernel/clock.ts';
import { asEmailError, type EmailError } from '../kernel/errors.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { openConfirmation } from '../resubscribe/confirmation-token.ts';
import type { Resubscription } from '../resubscribe/resubscription.ts';
import type { ListTopic, UnsubscribeSettings } from '../settings/app-settings.ts';
import type { SuppressionList } from '../suppression/suppression-list.ts';
import { answerConfirmation } from './answer-confirmation.ts';
import { evidenceOf, type HttpAnswer, type HttpFacts } from './http-exchange.ts';
import { leaveLists, undoLeave } from './leave-lists.ts';
import {
  type FormKind,
  longestBody,
  readUnsubscribeRequest,
  type UnsubscribeRequest,
} from './one-click-request.ts';
import type { PageFrame } from './page-frame.ts';
import { choosePageTexts } from './page-language.ts';
import type { Ticked } from './page-parts.ts';
import type { RequestLimits } from './request-limits.ts';
import { type AgainOffer, confirmationPage } from './resubscribe-page.ts';
import { issueNonce, type NonceScope, nonceTime } from './undo-nonce.ts';
import {
  askPage,
  crowdedPage,
  donePage,
  invalidPage,
  notUndonePage,
  troublePage,
  undonePage,
} from './unsubscribe-page.ts';
import { openToken, type TokenClaims } from './unsubscribe-token.ts';

export interface UnsubscribeRooms {
  readonly appId: string;
  readonly list: SuppressionList;
  readonly keys: KeyRing;
  readonly settings: UnsubscribeSettings;
  readonly clock: Clock;
  readonly limits: RequestLimits;
  /** Absent when the app cannot send the mail: then nothing is offered, and no link of one works. */
  readonly resubscription?: Resubscription;
  /** Somebody left by this mail, and it is on disk. */
  readonly onLeft: (emailId: string) => void;
  /** The list could not be read or written; the asker was told to try again later. */
  readonly onTrouble: (error: EmailError) => void;
}

/** One request with a valid token. */
interface Exchange {
  readonly facts: HttpFacts;
  readonly rooms: UnsubscribeRooms;
  readonly claims: TokenClaims;
  readonly frame: PageFrame;
  /** What can be left: the app's lists, and the token's own. */
  readonly lists: readonly ListTopic[];
  readonly now: number;
}

const hour = 3_600_000;
const formLifetime = 24 * hour;
const undoLifetime = hour;
const methods = ['GET', 'HEAD', 'OPTIONS', 'POST'];

/**
 * Only POST changes anything: one with the pair of RFC 8058 at once and for what the token names, one from a page of
 * ours for what was ticked there. Every link that was not made here gets one and the same answer, and such requests
 * alone are limited. Never rejects.
 */
export async function answerUnsubscribe(facts: HttpFacts, rooms: UnsubscribeRooms): Promise<HttpAnswer> {
  if (facts.method === 'OPTIONS') return bareAnswer(204);
  if (!methods.includes(facts.method)) return bareAnswer(405);
  const texts = choosePageTexts(facts.acceptLanguage, rooms.settings.page.language);
  const frame: PageFrame = { settings: rooms.settings.page, texts };
  const claims = openToken(facts.token, rooms.keys, rooms.appId);
  if (!claims) return answerOther(facts, rooms, frame);
  const lists = listsOf(rooms.settings.topics, claims.listTopic);
  const exchange: Exchange = { facts, rooms, claims, frame, lists, now: rooms.clock.now() };
  if (facts.method !== 'POST') return ask(exchange, ownList(exchange));
  return orTrouble(facts, rooms, frame, async () =>
    act(exchange, await readUnsubscribeRequest(facts.contentType, facts.body)),
  );
}

/** The link is none to unsubscribe with: it confirms that mail is wanted again, or was not made here. */
async function answerOther(facts: HttpFacts, rooms: UnsubscribeRooms, frame: PageFrame): Promise<HttpAnswer> {
  const { keys, clock, resubscription } = rooms;
  const claims = resubscription && openConfirmation(facts.token, keys, rooms.appId);
  if (!claims) return rooms.limits.refuses(facts.ip) ? crowdedPage(frame) : invalidPage(frame);
  const { topics } = rooms.settings;
  return orTrouble(facts, rooms, frame, () =>
    answerConfirmation(claims, facts, { keys, clock, frame, topics, resubscription }),
  );
}

async function orTrouble(
  { body }: HttpFacts,
  { onTrouble }: UnsubscribeRooms,
  frame: PageFrame,
  answer: () => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  if (body.length > longestBody) return troublePage(frame, 413);
  try {
    return await answer();
  } catch (thrown) {
    onTrouble(asEmailError(thrown));
    return troublePage(frame, 503);
  }
}

async function act(exchange: Exchange, request: UnsubscribeRequest): Promise<HttpAnswer> {
  switch (request.kind) {
    case 'one-click':
      await leave(exchange, ownList(exchange), 'one-click');
      return oneClickAnswer;
    case 'leave':
      return leaveTicked(exchange, request.nonce, readTicked(request.ticked, exchange.lists.length));
    case 'undo':
      return undo(exchange, request.nonce, readTicked(request.ticked, exchange.lists.length));
    case 'again':
      return sendConfirmation(exchange, request.nonce, readTicked(request.ticked, exchange.lists.length));
    case 'return':
    case 'none':
      return ask(exchange, ownList(exchange), 'pressAgain');
  }
}

async function leaveTicked(exchange: Exchange, nonce: string, ticked: Ticked): Promise<HttpAnswer> {
  const { frame, rooms, now } = exchange;
  const issued = nonceTime(nonce, nonceScope(exchange, 'leave'), rooms.keys);
  if (issued === undefined || now - issued > formLifetime) return ask(exchange, ticked, 'pressAgain');
  if (ticked.length === 0) return ask(exchange, ticked, 'nothingTicked');
  await leave(exchange, ticked, 'page');
  const undoNonce = issueNonce(nonceScope(exchange, 'undo', ticked), now, rooms.keys);
  return donePage(frame, visitOf(exchange), {
    left: ticked,
    nonce: undoNonce,
    again: offerAgain(exchange, ticked),
  });
}

async function undo(exchange: Exchange, nonce: string, ticked: Ticked): Promise<HttpAnswer> {
  const { facts, frame, rooms, claims, now } = exchange;
  const issued = nonceTime(nonce, nonceScope(exchange, 'undo', ticked), rooms.keys);
  const visit = visitOf(exchange);
  const refusal = () => notUndonePage(frame, visit, offerAgain(exchange, ownList(exchange)));
  if (issued === undefined || now - issued > undoLifetime) return refusal();
  const topics = topicsOf(exchange, ticked);
  const act = { address: claims.address, topics, issued, now, evidence: evidenceOf(facts) };
  return (await undoLeave(act, rooms.list)) ? undonePage(frame, visit) : refusal();
}

/** Answers before it is known whether a mail goes out, so that not even the time it takes tells. */
function sendConfirmation(exchange: Exchange, nonce: string, ticked: Ticked): HttpAnswer {
  const { frame, rooms, claims, now } = exchange;
  const issued = nonceTime(nonce, nonceScope(exchange, 'again', ticked), rooms.keys);
  const isFresh = issued !== undefined && now - issued <= formLifetime;
  if (!rooms.resubscription || !isFresh) return ask(exchange, ownList(exchange), 'pressAgain');
  const wish = { address: claims.address, topics: topicsOf(exchange, ticked), texts: frame.texts };
  rooms.resubscription.ask(wish).catch((thrown: unknown) => rooms.onTrouble(asEmailError(thrown)));
  return confirmationPage(frame, visitOf(exchange));
}

function offerAgain(exchange: Exchange, ticked: Ticked): AgainOffer | undefined {
  const { rooms, now } = exchange;
  if (!rooms.resubscription) return undefined;
  return { ticked, nonce: issueNonce(nonceScope(exchange, 'again', ticked), now, rooms.keys) };
}

async function leave(exchange: Exchange, ticked: Ticked, method: 'one-click' | 'page'): Promise<void> {
  const { facts, rooms, claims, now } = exchange;
  const { address, emailId } = claims;
  const topics = topicsOf(exchange, ticked);
  await leaveLists({ address, emailId, topics, method, now, evidence: evidenceOf(facts) }, rooms.list);
  rooms.onLeft(emailId);
}

/** A page with a fresh form. It neither reads nor writes the list, so it says nothing about the address. */
function ask(exchange: Exchange, ticked: Ticked, notice?: 'nothingTicked' | 'pressAgain'): HttpAnswer {
  const nonce = issueNonce(nonceScope(exchange, 'leave'), exchange.now, exchange.rooms.keys);
  const again = offerAgain(exchange, ownList(exchange));
  return askPage(exchange.frame, visitOf(exchange), { ticked, nonce, notice, again });
}

/** No mail program shows it: a page would be work for nobody. */
const oneClickAnswer: HttpAnswer = {
  status: 200,
  headers: {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  },
  body: 'Unsubscribed.\n',
};

function bareAnswer(status: number): HttpAnswer {
  return { status, headers: { allow: methods.join(', '), 'cache-control': 'no-store' }, body: '' };
}

/** A list that the app no longer names can still be left. */
function listsOf(topics: readonly ListTopic[], own: string | undefined): readonly ListTopic[] {
  const isNamed = own === undefined || topics.some(({ id }) => id === own);
  return isNamed ? topics : [{ id: own, name: own }, ...topics];
}

function ownList({ lists, claims }: Exchange): Ticked {
  return claims.listTopic === undefined ? 'all' : [lists.findIndex(({ id }) => id === claims.listTopic)];
}

/** Whoever ticks all mail ticks every list; a place that there is not ticks nothing. */
function readTicked(values: readonly string[], count: number): Ticked {
  if (values.includes('all')) return 'all';
  const places = values.filter((value) => /^\d{1,4}$/.test(value)).map(Number);
  return [...new Set(places)].filter((place) => place < count).sort((one, other) => one - other);
}

/** As the list has them: undefined is all mail. */
function topicsOf({ lists }: Exchange, ticked: Ticked): (string | undefined)[] {
  return ticked === 'all' ? [undefined] : ticked.map((place) => lists[place]?.id);
}

function visitOf({ claims, lists }: Exchange) {
  return { address: claims.address, lists };
}

function nonceScope({ facts, lists }: Exchange, action: FormKind, ticked: Ticked = []): NonceScope {
  const left = ticked === 'all' ? ['all'] : ticked.map(String);
  return { action, token: facts.token, lists: [...lists.map(({ id }) => id), '', ...left] };
}
