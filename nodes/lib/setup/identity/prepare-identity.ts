/** A checked plan goes in; SES has the identity as planned, as far as nothing of somebody else is changed. */

import type { SesIdentities, SesIdentity } from '../ports/ses-ports.ts';
import { type OnStep, takeStep } from '../setup-step.ts';
import type { DomainPlan, IdentitySetting } from './domain-wishes.ts';
import { describeDifference, identityDifferences } from './identity-differences.ts';

export interface IdentityRooms {
  readonly ses: SesIdentities;
  readonly onStep: OnStep;
}

export interface PreparedIdentity {
  readonly how: 'created' | 'adopted';
  /** SES began to look for the records now. */
  readonly asked: boolean;
}

export async function prepareIdentity(plan: DomainPlan, rooms: IdentityRooms): Promise<PreparedIdentity> {
  const existing = await findIdentity(plan, rooms);
  if (existing) await adoptIdentity(existing, plan, rooms);
  else await createIdentity(plan, rooms);
  if (plan.token) await askToken(plan, rooms);
  return { how: existing ? 'adopted' : 'created', asked: !existing || existing.dkim.state === 'FAILED' };
}

function findIdentity(
  { domain }: DomainPlan,
  { ses, onStep }: IdentityRooms,
): Promise<SesIdentity | undefined> {
  return takeStep(
    onStep,
    `Looking for ${domain} in SES`,
    () => ses.getEmailIdentity(domain),
    (found) =>
      found ? `SES knows ${domain} already: it is adopted as it is` : `SES does not know ${domain} yet`,
  );
}

async function createIdentity({ domain, key, dkim, mailFrom }: DomainPlan, { ses, onStep }: IdentityRooms) {
  await takeStep(onStep, `Creating the identity ${domain}`, () => ses.createEmailIdentity({ domain, key }));
  if (dkim === 'off')
    await takeStep(onStep, 'Switching DKIM signing off', () =>
      ses.putEmailIdentityDkimAttributes(domain, false),
    );
  if (mailFrom !== undefined) await setMailFrom(domain, mailFrom, { ses, onStep });
}

async function adoptIdentity(identity: SesIdentity, plan: DomainPlan, rooms: IdentityRooms): Promise<void> {
  const differences = identityDifferences(identity, plan);
  for (const difference of differences) {
    if (plan.mayChange.has(difference.setting)) await change[difference.setting](plan, rooms);
    else rooms.onStep({ text: `Left as it is – ${describeDifference(difference)}`, state: 'left' });
  }
  const isAsWished = (setting: IdentitySetting) =>
    !differences.some((difference) => difference.setting === setting);
  if (isAsWished('dkim-key')) await restartDkim(identity, plan, rooms);
  if (isAsWished('mail-from')) await restartMailFrom(identity, plan, rooms);
}

type Change = (plan: DomainPlan, rooms: IdentityRooms) => Promise<void>;

const change: Readonly<Record<IdentitySetting, Change>> = {
  'dkim-key': setDkimKey,
  'dkim-signing': ({ domain, dkim }, { ses, onStep }) =>
    takeStep(onStep, `Switching DKIM signing ${dkim === 'off' ? 'off' : 'on'}`, () =>
      ses.putEmailIdentityDkimAttributes(domain, dkim !== 'off'),
    ),
  'mail-from': async ({ domain, mailFrom }, rooms) => {
    if (mailFrom !== undefined) await setMailFrom(domain, mailFrom, rooms);
  },
};

async function setDkimKey({ domain, key }: DomainPlan, { ses, onStep }: IdentityRooms): Promise<void> {
  await takeStep(
    onStep,
    key ? `Handing SES the DKIM key ${key.selector}` : 'Having SES make the DKIM keys',
    () => ses.putEmailIdentityDkimSigningAttributes(domain, key ?? 'easy'),
  );
}

async function setMailFrom(domain: string, mailFrom: string, { ses, onStep }: IdentityRooms): Promise<void> {
  await takeStep(onStep, `Setting the MAIL FROM domain ${mailFrom}`, () =>
    ses.putEmailIdentityMailFromAttributes(domain, mailFrom, 'USE_DEFAULT_VALUE'),
  );
}

/** After 72 hours without the records SES stops looking; asked for the same again, it looks for 72 hours more. */
async function restartDkim({ dkim }: SesIdentity, plan: DomainPlan, rooms: IdentityRooms): Promise<void> {
  const isOurs = dkim.origin === (plan.dkim === 'easy' ? 'AWS_SES' : 'EXTERNAL');
  if (dkim.state === 'FAILED' && plan.dkim !== 'off' && isOurs) await setDkimKey(plan, rooms);
}

async function restartMailFrom(
  { mailFrom }: SesIdentity,
  plan: DomainPlan,
  rooms: IdentityRooms,
): Promise<void> {
  const { domain } = plan;
  if (!mailFrom && plan.mailFrom !== undefined) await setMailFrom(domain, plan.mailFrom, rooms);
  if (mailFrom?.state !== 'FAILED') return;
  await takeStep(rooms.onStep, 'Asking SES to look for the MAIL FROM records again', () =>
    rooms.ses.putEmailIdentityMailFromAttributes(domain, mailFrom.domain, mailFrom.onMxFailure),
  );
}

async function askToken({ domain }: DomainPlan, { ses, onStep }: IdentityRooms): Promise<void> {
  await takeStep(onStep, 'Asking for the TXT token', () => ses.verifyDomainIdentity(domain));
}
