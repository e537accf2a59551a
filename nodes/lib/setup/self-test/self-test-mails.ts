/** The steps of the self-test that send: to the simulator of SES, and to ourselves. */
import type { StoredObject } from '../ports/aws-ports.ts';
import { setupRefused } from '../setup-refused.ts';
import { type SelfTestRun, Skipped } from './self-test-run.ts';
import { type SignedHeaders, signedHeaders } from './signed-headers.ts';
import { testHeader, testMail } from './test-mail.ts';

/** Mail to the simulator costs nothing of the reputation, and is allowed in the sandbox. */
const simulator = 'simulator.amazonses.com';

export async function mailStep(run: SelfTestRun): Promise<string> {
  const { messageId } = await send(run, `success@${simulator}`);
  return `SES took it as ${messageId}.`;
}

export async function bounceStep(run: SelfTestRun): Promise<string> {
  return awaitReport(run, `bounce@${simulator}`, 'Bounce');
}

export async function complaintStep(run: SelfTestRun): Promise<string> {
  return awaitReport(run, `complaint@${simulator}`, 'Complaint');
}

async function awaitReport(run: SelfTestRun, to: string, type: 'Bounce' | 'Complaint'): Promise<string> {
  const { awaitEvent } = run.ports;
  if (!awaitEvent) throw new Skipped('no events are set up, or these keys may not see them.');
  const { messageId } = await send(run, to);
  await awaitEvent({ messageId, type }, run.signal);
  return 'the event arrived.';
}

async function send({ ports, facts }: SelfTestRun, to: string): Promise<{ id: string; messageId: string }> {
  const id = ports.newId();
  const mail = await testMail({ from: facts.sender, to, id, date: ports.clock.now() });
  const { providerMessageId, refused } = await ports.deliver(mail);
  const [refusal] = refused;
  if (refusal) throw refusal.failure;
  return { id, messageId: providerMessageId ?? id };
}

export async function inboundStep(run: SelfTestRun): Promise<string> {
  const { facts, ports } = run;
  if (!facts.inbound || !ports.buckets)
    throw new Skipped('receiving is not set up, or these keys may not see it.');
  const place = { ...facts.inbound, buckets: ports.buckets };
  const { production } = await ports.ses.getAccount();
  const seen = new Set((await listMails(place)).map(({ key }) => key));
  const { id } = await send(run, place.address);
  const signed = signedHeaders(await awaitMail(id, place, seen, run));
  return `it is in the bucket. ${describeSignature(signed, facts.domain)}${production ? '' : ' (The sandbox lets mail through to verified domains.)'}`;
}

/** ms */
const pause = 2000;

interface Place {
  readonly buckets: NonNullable<SelfTestRun['ports']['buckets']>;
  readonly bucket: string;
  readonly prefix: string;
}

/** Objects that were there before are left unread; so is the note that SES puts into a new bucket. */
async function awaitMail(
  id: string,
  place: Place,
  seen: Set<string>,
  { ports: { clock }, signal }: SelfTestRun,
): Promise<Uint8Array> {
  for (;;) {
    signal.throwIfAborted();
    for (const { key } of (await listMails(place)).filter((object) => !seen.has(object.key))) {
      seen.add(key);
      const raw = await place.buckets.getObject(place.bucket, key);
      if (Buffer.from(raw).includes(`${testHeader}: ${id}`)) return raw;
    }
    await new Promise<void>((resolve) => clock.after(pause, resolve));
  }
}

async function listMails({ buckets, bucket, prefix }: Place): Promise<readonly StoredObject[]> {
  const objects = await buckets.listObjectsV2(bucket, prefix);
  return objects.filter(({ key }) => !key.endsWith('AMAZON_SES_SETUP_NOTIFICATION'));
}

/** RFC 8058 §4: a one-click link counts only where both fields are signed. */
function describeSignature(signatures: readonly SignedHeaders[], domain: string): string {
  const ours = signatures.find(
    (signature) => domain === signature.domain || domain.endsWith(`.${signature.domain}`),
  );
  if (!ours) throw setupRefused(`it has no DKIM signature of ${domain}`);
  const missing = ['list-unsubscribe', 'list-unsubscribe-post'].filter((name) => !ours.names.includes(name));
  if (missing.length === 0)
    return 'Its DKIM signature covers List-Unsubscribe and List-Unsubscribe-Post: one-click unsubscribing counts.';
  return `Its DKIM signature does not cover ${missing.join(' and ')}: mail programs may not offer one-click unsubscribing.`;
}
