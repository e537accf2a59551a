/** Addresses that were checked come in; the public keys of SNS at them go out, each fetched once. */
import { type KeyObject, X509Certificate } from 'node:crypto';
import type { Clock } from '../../kernel/clock.ts';
import { asEmailError, EmailError } from '../../kernel/errors.ts';
import { snsRefused } from './sns-message.ts';

/** Of an address that was checked: follows no redirect, ends after 5 s and 64 KB. Rejects when there is no answer. */
export type FetchCertificate = (url: string) => Promise<string>;

export interface SigningCertificates {
  /** Throws EmailError `sns-refused`; retryable when the certificate could not be fetched. */
  keyAt(url: string): Promise<KeyObject>;
}

/** SNS uses one for months; more are somebody's play. */
const mostKept = 8;
/** Fetches within a minute. */
const mostFetches = 8;
const minute = 60_000;

/** What was wrong is asked about again after a minute, what is out of date at once. */
export function signingCertificates(fetch: FetchCertificate, clock: Clock): SigningCertificates {
  const kept = new Map<string, Promise<X509Certificate>>();
  /** Those of them that SNS has. */
  const real = new Set<string>();
  let fetches: number[] = [];

  function forget(url: string): void {
    kept.delete(url);
    real.delete(url);
  }

  /** The oldest; what somebody made up drives out no certificate of SNS. */
  function leastNeeded(): string {
    const urls = [...kept.keys()];
    return urls.find((url) => !real.has(url)) ?? urls[0] ?? '';
  }

  function begin(url: string): Promise<X509Certificate> {
    const now = clock.now();
    fetches = fetches.filter((at) => at > now - minute && at <= now);
    if (fetches.length >= mostFetches) throw tooMany();
    fetches.push(now);
    if (kept.size >= mostKept) forget(leastNeeded());
    const fetching = fetchCertificate(fetch, url);
    kept.set(url, fetching);
    fetching.then(
      () => kept.get(url) === fetching && real.add(url),
      () =>
        clock.after(minute, () => {
          if (kept.get(url) === fetching) forget(url);
        }),
    );
    return fetching;
  }

  return {
    async keyAt(url) {
      const certificate = await (kept.get(url) ?? begin(url));
      const now = clock.now();
      if (now < certificate.validFromDate.getTime() || now > certificate.validToDate.getTime()) {
        forget(url);
        throw snsRefused('its certificate is out of date');
      }
      return certificate.publicKey;
    },
  };
}

function tooMany(): EmailError {
  const why = 'too many certificates were fetched in the last minute';
  return new EmailError('sns-refused', { detail: { why }, retryable: true });
}

async function fetchCertificate(fetch: FetchCertificate, url: string): Promise<X509Certificate> {
  const text = await fetch(url).catch((thrown: unknown) => {
    const why = `its certificate could not be fetched: ${asEmailError(thrown).message}`;
    throw new EmailError('sns-refused', { detail: { why }, retryable: true });
  });
  const certificate = readCertificate(text);
  const [, name = ''] = /^CN=(.+)$/m.exec(certificate.subject) ?? [];
  if (!/^sns(?:[.-][a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?$/.test(name))
    throw snsRefused('its certificate is made out to another name');
  if (certificate.publicKey.asymmetricKeyType !== 'rsa') throw snsRefused('its certificate has no RSA key');
  return certificate;
}

function readCertificate(text: string): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch {
    throw snsRefused('its certificate cannot be read');
  }
}
