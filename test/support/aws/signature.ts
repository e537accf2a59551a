// Signature Version 4: recomputes the signature of every request from the secret of the key that it names.
import { createHash, createHmac } from 'node:crypto';
import { AwsError } from './aws-error.ts';
import type { AwsRequest } from './aws-request.ts';
import type { AwsUser } from './aws-world.ts';
import type { Refusal, Service } from './service.ts';

const longestSkew = 15 * 60_000;

interface Signed {
  readonly key: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly headers: readonly string[];
  readonly signature: string;
}

interface Verifier {
  readonly service: Service;
  readonly users: readonly AwsUser[];
  readonly region: string;
  readonly now: number;
}

/** Who signed; throws the service's own refusal otherwise. */
export function signer(request: AwsRequest, { service, users, region, now }: Verifier): AwsUser {
  const { refusals } = service;
  const signed = readAuthorization(request);
  if (!signed) throw refusal(refusals.unsigned);
  const user = users.find(({ accessKeyId }) => accessKeyId === signed.key);
  if (!user) throw refusal(refusals.unknownKey);
  if (request.headers['x-amz-security-token'] !== user.sessionToken) throw refusal(refusals.wrongToken);
  if (user.expired) throw refusal(refusals.expiredToken);
  checkTime(request.headers['x-amz-date'] ?? '', now, refusals.skewed);
  if (signed.service !== service.name || signed.region !== region) throw wrongScope(refusals.wrongSignature);
  if (signatureOf(request, signed, user.secretAccessKey) !== signed.signature) {
    throw refusal(refusals.wrongSignature);
  }
  return user;
}

const refusal = ([code, status, message]: Refusal) => new AwsError(code, message, status);

function wrongScope([code, status]: Refusal): AwsError {
  return new AwsError(code, 'Credential should be scoped to a valid region.', status);
}

/** The service in the credential scope, or undefined for a request that nobody signed. */
export function signedFor(request: AwsRequest): string | undefined {
  return readAuthorization(request)?.service;
}

const authorization =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

function readAuthorization({ headers }: AwsRequest): Signed | undefined {
  const [, key, date, region, service, names, signature] =
    authorization.exec(headers.authorization ?? '') ?? [];
  if (!key || !date || !region || !service || !names || !signature) return undefined;
  return { key, date, region, service, headers: names.split(';'), signature };
}

function checkTime(stamp: string, now: number, [code, status, message]: Refusal): void {
  const at = Date.parse(stamp.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'));
  if (Math.abs(now - at) <= longestSkew) return;
  const limit = compact(now - Math.sign(now - at) * longestSkew);
  const said =
    at < now
      ? `Signature expired: ${stamp} is now earlier than ${limit} (${compact(now)} - 15 min.)`
      : `Signature not yet current: ${stamp} is still later than ${limit} (${compact(now)} + 15 min.)`;
  throw new AwsError(code, message || said, status);
}

const compact = (ms: number) => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '');

function signatureOf(request: AwsRequest, signed: Signed, secret: string): string {
  const scope = `${signed.date}/${signed.region}/${signed.service}/aws4_request`;
  const toSign = [
    'AWS4-HMAC-SHA256',
    request.headers['x-amz-date'],
    scope,
    sha256(canonicalRequest(request, signed)),
  ].join('\n');
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return hmac(key, toSign).toString('hex');
}

function canonicalRequest(request: AwsRequest, { headers, service }: Signed): string {
  return [
    request.method,
    service === 's3' ? request.path : request.path.split('/').map(escaped).join('/'),
    canonicalQuery(request.query),
    ...headers.map((name) => `${name}:${(request.headers[name] ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    headers.join(';'),
    payloadHash(request),
  ].join('\n');
}

/** S3 states the hash in a header, which may say that the body is not signed. */
function payloadHash({ headers, body }: AwsRequest): string {
  const stated = headers['x-amz-content-sha256'];
  return stated === 'UNSIGNED-PAYLOAD' || stated?.startsWith('STREAMING-') ? stated : sha256(body);
}

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .map(([name, value]) => [escaped(name), escaped(value)] as const)
    .sort(([a, first], [b, second]) => (a < b || (a === b && first < second) ? -1 : 1))
    .map((pair) => pair.join('='))
    .join('&');
}

function escaped(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
