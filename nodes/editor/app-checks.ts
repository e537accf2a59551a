// Checks of an email app's settings that depend on others of its settings.
import { mostTopics } from '../lib/settings/most-topics.ts';
import { usualShares } from '../lib/settings/usual-shares.ts';
import {
  addressOf,
  isAddress,
  isDomain,
  isNumberWithin,
  isTopicArn,
  listOf,
  maySendAs,
} from './field-checks.ts';
import { haveGoodIds } from './template-drafts.ts';
import { presentSwitch, siblingValue } from './validate.ts';

export function uses(route: string, node: EditorNode): boolean {
  return siblingValue(node, 'route') === route;
}

export function usesOAuth(node: EditorNode): boolean {
  return uses('smtp', node) && siblingValue(node, 'smtpAuth') === 'oauth';
}

export function asksPerson(node: EditorNode): boolean {
  return usesOAuth(node) && siblingValue(node, 'oauthGrant') !== 'client-credentials';
}

export function movesMail(node: EditorNode): boolean {
  return presentSwitch(node, 'inboundImap') && siblingValue(node, 'imapAfterRead') === 'move';
}

/** Not left to the environment. */
export function namesDatabase(node: EditorNode): boolean {
  return siblingValue(node, 'storeKind') === 'postgres' && siblingValue(node, 'storeHost') !== '';
}

/** A user name, or a password. */
export function isImapSecret(text: string, node: EditorNode): boolean {
  const isAsked = presentSwitch(node, 'inboundImap') && siblingValue(node, 'imapAuth') !== 'oauth';
  return !isAsked || text !== '';
}

/** As settings/read-inbound-settings.ts. */
export function isHttpSecret(text: string, node: EditorNode): boolean {
  return !presentSwitch(node, 'inboundHttp') || /^[\x21-\x7e]{16,}$/.test(text);
}

/** A share of mails in percent. */
export function isShare(text: string): boolean {
  return isNumberWithin(text, 0.001, 100);
}

/** A share to warn at is not above the one to pause at; empty ones are the usual ones. */
export function isWarning(kind: 'bounce' | 'complaint') {
  return (text: string, node: EditorNode): boolean => {
    const warn = text || String(usualShares[`${kind}Warn`]);
    const pause = siblingValue(node, `${kind}Pause`) || String(usualShares[`${kind}Pause`]);
    const isWatched = presentSwitch(node, 'breaker') && isShare(pause);
    return isShare(warn) && (!isWatched || Number(warn) <= Number(pause));
  };
}

export function haveGoodTopics(text: string, node: EditorNode): boolean {
  const isUsed = uses('ses', node) && (presentSwitch(node, 'inboundSes') || presentSwitch(node, 'sesEvents'));
  const isNeeded = isUsed && siblingValue(node, 'sesNotices') === 'endpoint';
  return listOf(text).every(isTopicArn) && (!isNeeded || text !== '');
}

export function isIdentity(text: string): boolean {
  return text.includes('@') ? isAddress(text) : isDomain(text);
}

export function isOwnSender(text: string, node: EditorNode): boolean {
  const address = addressOf(text);
  const identity = siblingValue(node, 'identity');
  if (!address || !isIdentity(identity)) return address !== undefined;
  return maySendAs(address, identity, listOf(siblingValue(node, 'allowedSenders')));
}

export function checkTemplates(this: EditorNode, templates: unknown, _options: object): true | string {
  return haveGoodIds(templates) || this._('email-app.check.templates');
}

export function checkTopics(this: EditorNode, topics: unknown, _options: object): true | string {
  const fit = !Array.isArray(topics) || topics.length <= mostTopics;
  return fit || this._('email-app.check.topics', { count: mostTopics });
}
