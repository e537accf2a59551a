/** An identity as it is and a plan go in; what the plan would change comes out, before anything is changed. */

import type { SesDkim, SesIdentity } from '../ports/ses-ports.ts';
import type { DomainPlan, IdentitySetting } from './domain-wishes.ts';

export interface IdentityDifference {
  readonly setting: IdentitySetting;
  readonly now: string;
  readonly wished: string;
}

/** A MAIL FROM where there is none is no difference: nothing that works is replaced. */
export function identityDifferences({ dkim, mailFrom }: SesIdentity, plan: DomainPlan): IdentityDifference[] {
  const differences: IdentityDifference[] = [];
  const wishedKey = plan.dkim === 'own' ? `own key ${plan.key?.selector}` : 'Easy DKIM';
  if (plan.dkim !== 'off' && !hasWishedKey(dkim, plan))
    differences.push({ setting: 'dkim-key', now: describeKey(dkim), wished: wishedKey });
  if (dkim.signing !== (plan.dkim !== 'off'))
    differences.push({ setting: 'dkim-signing', now: onOff(dkim.signing), wished: onOff(!dkim.signing) });
  if (mailFrom && plan.mailFrom !== undefined && mailFrom.domain.toLowerCase() !== plan.mailFrom)
    differences.push({ setting: 'mail-from', now: mailFrom.domain, wished: plan.mailFrom });
  return differences;
}

function hasWishedKey(found: SesDkim, { dkim, key }: DomainPlan): boolean {
  return dkim === 'easy' ? found.origin !== 'EXTERNAL' : isSigningKey(key, found);
}

/** SES tells the selector of an own key, not the key; one of the same name is taken for the same. */
export function isSigningKey(key: DomainPlan['key'], { origin, tokens }: SesDkim): boolean {
  return origin === 'EXTERNAL' && tokens[0]?.toLowerCase() === key?.selector;
}

function describeKey({ origin, tokens: [selector = '?'] }: SesDkim): string {
  if (origin === 'EXTERNAL') return `own key ${selector}`;
  return origin === 'AWS_SES' ? 'Easy DKIM' : 'Easy DKIM with the keys of another region';
}

function onOff(signing: boolean): string {
  return signing ? 'SES signs' : 'SES does not sign';
}

const names: Readonly<Record<IdentitySetting, string>> = {
  'dkim-key': 'DKIM key',
  'dkim-signing': 'DKIM signing',
  'mail-from': 'MAIL FROM domain',
};

export function describeDifference({ setting, now, wished }: IdentityDifference): string {
  return `${names[setting]}: now “${now}”, wished “${wished}”`;
}
