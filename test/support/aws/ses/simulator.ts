// What becomes of a mail after SES took it: the addresses at simulator.amazonses.com answer as their name says,
// addresses on the suppression list bounce, and everyone else gets it.
import type { AwsWorld } from '../aws-world.ts';
import { type Happening, tell } from './events.ts';
import type { SentMail } from './ses-state.ts';
import { isSimulator } from './simulator-address.ts';

export async function playOut(world: AwsWorld, mail: SentMail): Promise<void> {
  await tell(world, mail, { type: 'Send' });
  for (const address of mail.destinations) {
    for (const happening of fateOf(world, mail, address)) {
      await tell(world, mail, { recipients: [address], ...happening });
    }
  }
}

const suppressedByAccount: Happening = {
  type: 'Bounce',
  details: { bounceSubType: 'OnAccountSuppressionList', reportingMTA: 'dns; amazonses.com' },
};

function fateOf(world: AwsWorld, mail: SentMail, address: string): readonly Happening[] {
  if (isSimulator(address))
    return simulated[address.toLowerCase().split(/[+@]/)[0] ?? ''] ?? simulated.success;
  return isSuppressed(world, mail, address) ? [suppressedByAccount] : [{ type: 'Delivery' }];
}

/** By local part; a label after `+` changes nothing. A complaint follows the delivery. */
const simulated: { readonly success: readonly Happening[]; readonly [name: string]: readonly Happening[] } = {
  success: [{ type: 'Delivery' }],
  bounce: [{ type: 'Bounce' }],
  complaint: [{ type: 'Delivery' }, { type: 'Complaint' }],
  ooto: [{ type: 'Delivery' }],
  suppressionlist: [{ type: 'Bounce', details: { bounceSubType: 'Suppressed' } }],
};

/** The configuration set's own reasons go before the account's. */
function isSuppressed({ ses }: AwsWorld, mail: SentMail, address: string): boolean {
  const listed = ses.suppressed.get(address.toLowerCase());
  const set = ses.configurationSets.get(mail.configurationSet ?? '');
  const reasons = set?.SuppressionOptions?.SuppressedReasons ?? ses.account.suppressedReasons;
  return listed !== undefined && reasons.includes(listed.reason);
}
