// Looks at the DNS records of an identity as SES does, and moves its states on.
import type { VerificationError } from '@aws-sdk/client-sesv2';
import type { AwsWorld, DnsLookup } from '../aws-world.ts';
import type { Identity } from './ses-state.ts';

/** SES stops looking after three days. */
const patience = 72 * 3_600_000;

export async function checkRecords(world: AwsWorld, identity: Identity): Promise<void> {
  if (!identity.isDomain) return;
  await checkOwnership(world, identity);
  await checkDkim(world, identity);
  await checkMailFrom(world, identity);
  identity.verified ||= identity.ownershipProven || identity.dkim.status === 'SUCCESS';
}

async function checkOwnership(world: AwsWorld, identity: Identity): Promise<void> {
  const { name, ownershipToken, ownershipProven } = identity;
  if (!ownershipToken || ownershipProven) return;
  identity.ownershipProven = (await found(world, `_amazonses.${name}`, 'TXT')).includes(ownershipToken);
}

async function checkDkim(world: AwsWorld, identity: Identity): Promise<void> {
  const { dkim } = identity;
  if (dkim.status !== 'PENDING') return;
  const missing = dkim.publicKey ? await missingKey(world, identity) : await missingNames(world, identity);
  identity.lastCheck = { at: world.now(), error: missing };
  if (!missing) dkim.status = 'SUCCESS';
  else if (world.now() - identity.createdAt > patience) dkim.status = 'FAILED';
}

async function missingNames(
  world: AwsWorld,
  { name, dkim }: Identity,
): Promise<VerificationError | undefined> {
  let wrong: VerificationError | undefined;
  for (const token of dkim.tokens) {
    const targets = await found(world, `${token}._domainkey.${name}`, 'CNAME');
    if (targets.length === 0) return 'HOST_NOT_FOUND';
    if (!targets.some((target) => sameName(target, `${token}.${world.ses.signingHostedZone}`)))
      wrong = 'INVALID_VALUE';
  }
  return wrong;
}

async function missingKey(world: AwsWorld, { name, dkim }: Identity): Promise<VerificationError | undefined> {
  const texts = await found(world, `${dkim.tokens[0]}._domainkey.${name}`, 'TXT');
  if (texts.length === 0) return 'HOST_NOT_FOUND';
  const keys = texts.map((text) => /\bp=([^;]*)/.exec(text)?.[1]?.replace(/\s/g, ''));
  return keys.includes(dkim.publicKey) ? undefined : 'INVALID_VALUE';
}

/** Exactly one MX record, with priority 10. */
async function checkMailFrom(world: AwsWorld, { mailFrom }: Identity): Promise<void> {
  if (mailFrom?.status !== 'PENDING') return;
  const [only, ...more] = await found(world, mailFrom.domain, 'MX');
  if (only === undefined) return;
  const right = more.length === 0 && sameName(only, `10 feedback-smtp.${world.region}.amazonses.com`);
  mailFrom.status = right ? 'SUCCESS' : 'FAILED';
}

async function found({ dns }: AwsWorld, ...question: Parameters<DnsLookup>): Promise<readonly string[]> {
  try {
    return await dns(...question);
  } catch {
    return [];
  }
}

function sameName(a: string, b: string): boolean {
  return a.replace(/\.$/, '').toLowerCase() === b.toLowerCase();
}
