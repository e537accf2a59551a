/** What a person ticked in the set-up comes in; a checked plan goes out. */
import { readDomainName } from '../../mail/domain-name.ts';
import { normaliseDomain } from '../../settings/normalise-domain.ts';
import { badSetting } from '../../settings/setting-readers.ts';
import { type KeyPair, readOwnDkimKey } from './own-dkim-key.ts';

export interface DomainWishes {
  /** The TXT token of SES's first API. DKIM verifies the domain as well, so it is for those who cannot use DKIM. */
  readonly token: boolean;
  /** `easy`: SES makes and renews the keys; `own`: bring your own; `off`: SES does not sign. */
  readonly dkim: 'easy' | 'own' | 'off';
  /** With `own`: the PEM text of an RSA key. */
  readonly ownKey?: { readonly selector: string; readonly privateKey: string };
  /** The custom MAIL FROM: `mail` or `mail.example.com`. */
  readonly mailFrom?: string;
  /** The domain whose mail is received: the domain itself or one below it. */
  readonly inbound?: string;
  /** Settings of an identity that was there already, which may be changed; all others are left and named. */
  readonly mayChange?: readonly IdentitySetting[];
}

export type IdentitySetting = 'dkim-key' | 'dkim-signing' | 'mail-from';

export interface DomainPlan {
  readonly domain: string;
  readonly token: boolean;
  readonly dkim: DomainWishes['dkim'];
  readonly key?: KeyPair;
  readonly mailFrom?: string;
  readonly inbound?: string;
  readonly mayChange: ReadonlySet<IdentitySetting>;
}

/** Throws EmailError `bad-address` for the domain, `bad-settings` for the rest. */
export function readDomainWishes(typed: string, wishes: DomainWishes): DomainPlan {
  const domain = readDomainName(normaliseDomain(typed), 'domain');
  const { token, dkim, ownKey } = wishes;
  if (dkim === 'own' && !ownKey) throw badSetting('dkimKey', 'the own DKIM key is missing');
  const mailFrom = wishes.mailFrom ? subdomain(wishes.mailFrom, domain, 'mailFrom') : undefined;
  const inbound = wishes.inbound ? subdomain(wishes.inbound, domain, 'inbound') : undefined;
  if (mailFrom === domain) throw badSetting('mailFrom', `it must be a subdomain, e.g. mail.${domain}`);
  if (mailFrom !== undefined && mailFrom === inbound)
    throw badSetting('mailFrom', 'a MAIL FROM domain must not receive mail; choose another subdomain');
  return {
    domain,
    token,
    dkim,
    key: dkim === 'own' && ownKey ? readOwnDkimKey(ownKey.selector, ownKey.privateKey) : undefined,
    mailFrom,
    inbound,
    mayChange: new Set(wishes.mayChange ?? []),
  };
}

/** `mail` means `mail.example.com`. */
function subdomain(typed: string, domain: string, field: string): string {
  const text = normaliseDomain(typed);
  const name = readDomainName(text.includes('.') ? text : `${text}.${domain}`, field);
  if (name === domain || name.endsWith(`.${domain}`)) return name;
  throw badSetting(field, `it must be ${domain} or below it`);
}
