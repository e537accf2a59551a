/** The steps of the self-test that only ask SES. */
import { EmailError } from '../../kernel/errors.ts';
import { setupRefused } from '../setup-refused.ts';
import { type SelfTestRun, Skipped } from './self-test-run.ts';

export async function keysStep({ ports }: SelfTestRun): Promise<string> {
  const { production } = await ports.ses.getAccount();
  return production ? 'the account is in production.' : 'the account is in the sandbox.';
}

export async function identityStep({ ports, facts: { domain } }: SelfTestRun): Promise<string> {
  const identity = await ports.ses.getEmailIdentity(domain).catch(skipIfDenied);
  if (!identity) throw setupRefused(`SES does not know ${domain} in this region; generate its records first`);
  if (!identity.verified)
    throw setupRefused(`SES has not verified ${domain} (${identity.state}); look at its records`);
  const dkim = identity.dkim.signing && identity.dkim.state === 'SUCCESS';
  return `${domain} is verified${dkim ? ' and signed by DKIM' : ', but DKIM does not sign its mail'}.`;
}

/** Keys that only send need not see identities; the next steps tell by themselves. */
function skipIfDenied(thrown: unknown): never {
  if (thrown instanceof EmailError && thrown.code === 'aws-denied')
    throw new Skipped('these keys may not look at it.');
  throw thrown;
}

export async function sendingStep({ ports }: SelfTestRun): Promise<string> {
  const { sending, enforcement, perDay, sentLastDay } = await ports.ses.getAccount();
  if (!sending || enforcement === 'SHUTDOWN')
    throw setupRefused('AWS has switched sending off for this account');
  if (sentLastDay >= perDay) throw setupRefused(`the daily quota of ${perDay} recipients is used up`);
  return `${sentLastDay} recipients in the last 24 hours.`;
}
