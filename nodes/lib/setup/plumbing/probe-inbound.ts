/** A region goes in; whether mail can be received there comes out, asked of SES only where it is not known. */
import { asEmailError } from '../../kernel/errors.ts';
import type { SesReceiving } from '../ports/ses-ports.ts';
import { sesRegions } from '../regions.ts';

export interface InboundAnswer {
  readonly inbound: 'yes' | 'no' | 'unsure';
  readonly why: string;
}

/** Where SES answers the question for the active rule set, it receives. */
export async function probeInbound(
  region: string,
  receiving: Pick<SesReceiving, 'describeActiveReceiptRuleSet'>,
): Promise<InboundAnswer> {
  const known = sesRegions.find(({ id }) => id === region);
  if (known?.inbound === 'yes') return { inbound: 'yes', why: `${known.name} receives mail.` };
  try {
    await receiving.describeActiveReceiptRuleSet();
    return { inbound: 'yes', why: `SES in ${region} answered the question for its receipt rules.` };
  } catch (thrown) {
    return explainRefusal(region, asEmailError(thrown));
  }
}

/** A missing right or a lost connection says nothing about the region. */
function explainRefusal(
  region: string,
  { message, retryable, code }: ReturnType<typeof asEmailError>,
): InboundAnswer {
  if (retryable || code === 'aws-denied' || code === 'aws-keys-refused' || code === 'missing-package')
    return { inbound: 'unsure', why: `SES in ${region} could not be asked: ${message}` };
  return { inbound: 'no', why: `SES in ${region} does not know receipt rules: ${message}` };
}
