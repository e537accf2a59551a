// Which rights an operation of SES needs, as AWS's service authorization reference lists them.
import type { AwsWorld } from '../aws-world.ts';
import type { Rights } from '../service.ts';
import { verifiedFor } from './identity.ts';
import { bareAddresses, headerOf, readMail } from './mail.ts';
import type { Input } from './ses-v2.ts';

export function rightsOf(world: AwsWorld, action: string, input: Input): Rights {
  const from = senderOf(input);
  const identity = input.EmailIdentity ?? (from && (verifiedFor(world, from)?.name ?? from));
  const resources = [
    ...named('identity', identity),
    ...named('configuration-set', input.ConfigurationSetName),
    ...named('template', input.TemplateName),
  ].map((resource) => `arn:aws:ses:${world.region}:${world.accountId}:${resource}`);
  return {
    actions: actionsOf(action, input),
    resources: resources.length > 0 ? resources : ['*'],
    ...(from && { context: { 'ses:FromAddress': from } }),
  };
}

/** Raw, templated and bulk mail need the right of the older API as well. */
function actionsOf(action: string, { Content }: Input): string[] {
  if (action === 'SendBulkEmail') return ['ses:SendBulkTemplatedEmail', 'ses:SendBulkEmail'];
  if (action !== 'SendEmail') return [`ses:${action}`];
  const kinds = Object.keys(Content ?? {});
  return [
    ...(kinds.includes('Raw') ? ['ses:SendRawEmail'] : []),
    ...(kinds.includes('Template') ? ['ses:SendTemplatedEmail'] : []),
    'ses:SendEmail',
  ];
}

/** So much of a raw mail is read to find its From: a multiple of base64's four. */
const lookedAt = 65_536;

function senderOf({ FromEmailAddress, Content }: Input): string | undefined {
  if (typeof FromEmailAddress === 'string') return bareAddresses(FromEmailAddress)[0]?.toLowerCase();
  const data = (Content as { Raw?: { Data?: string } } | undefined)?.Raw?.Data;
  if (typeof data !== 'string') return undefined;
  const start = readMail(Buffer.from(data.slice(0, lookedAt), 'base64'));
  return bareAddresses(headerOf(start, 'from') ?? '')[0]?.toLowerCase();
}

function named(kind: string, name: unknown): string[] {
  return typeof name === 'string' ? [`${kind}/${name}`] : [];
}
