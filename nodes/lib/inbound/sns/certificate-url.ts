/** The address of a signing certificate comes in; it is refused, before anything is looked up, unless it is one of SNS itself. */
import { snsRefused } from './sns-message.ts';

/**
 * `https://sns.<region>.amazonaws.com/….pem`, read as text, so that no two readers of addresses can differ about it: no
 * user, port (but 443), query, fragment, escape, backslash or dot segment. A looser host would let a bucket in S3 sign.
 */
const address =
  /^https:\/\/sns\.([a-z0-9-]{3,})\.amazonaws\.com(\.cn)?(?::443)?(?:\/[A-Za-z0-9_-]+)*\/[A-Za-z0-9_-]+\.pem$/;
const longest = 300;

/** `topicArn` is one that is known: its region is the one that may sign. Throws EmailError `sns-refused`. */
export function requireCertificateUrl(url: string, topicArn: string): void {
  const [, region, china] = (url.length <= longest && address.exec(url)) || [];
  if (region === undefined) throw snsRefused('its certificate is not at an address of SNS');
  const [, partition, , topicRegion] = topicArn.split(':');
  if (region !== topicRegion) throw snsRefused('its certificate is that of another region');
  if ((partition === 'aws-cn') !== (china !== undefined))
    throw snsRefused('its certificate is that of another part of AWS');
}
