// What one AWS service is to the server: it says which requests are its own, reads the operation and words refusals.
import type { AwsError } from './aws-error.ts';
import type { AwsRequest } from './aws-request.ts';
import type { AwsWorld } from './aws-world.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

export interface Operation {
  /** e.g. `SendEmail` */
  readonly action: string;
  readonly rights: Rights;
  run(world: AwsWorld): Answer | Promise<Answer>;
}

/** What a policy must allow. */
export interface Rights {
  /** e.g. `ses:SendEmail`; all are needed */
  readonly actions: readonly string[];
  /** ARNs; all are needed */
  readonly resources: readonly string[];
  /** Condition keys, e.g. `ses:FromAddress`. */
  readonly context?: Readonly<Record<string, string>>;
}

/** Code, status and sentence; `signature.ts` says when each is due. */
export type Refusal = readonly [code: string, status: number, message: string];

/** How a service refuses a request whose signature it cannot accept. */
export interface SignatureRefusals {
  readonly unsigned: Refusal;
  readonly unknownKey: Refusal;
  readonly wrongToken: Refusal;
  readonly expiredToken: Refusal;
  readonly wrongSignature: Refusal;
  /** An empty sentence: the answer says by how much. */
  readonly skewed: Refusal;
  /** Code for a user who may not do what is asked. */
  readonly denied: string;
}

export const mismatch =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';
const invalidToken: Refusal = [
  'UnrecognizedClientException',
  403,
  'The security token included in the request is invalid.',
];

/** Of the services that speak JSON. */
export const jsonRefusals: SignatureRefusals = {
  unsigned: ['MissingAuthenticationTokenException', 403, 'Missing Authentication Token'],
  unknownKey: invalidToken,
  wrongToken: invalidToken,
  expiredToken: ['ExpiredTokenException', 403, 'The security token included in the request is expired'],
  wrongSignature: ['InvalidSignatureException', 403, mismatch],
  skewed: ['InvalidSignatureException', 403, ''],
  denied: 'AccessDeniedException',
};

export interface Service {
  /** As in the credential scope and in action names. */
  readonly name: 'ses' | 'sns' | 'sqs' | 's3';
  readonly refusals: SignatureRefusals;
  takes(request: AwsRequest): boolean;
  /** A link that works without a signature. */
  isOpen?(request: AwsRequest): boolean;
  /** Throws AwsError for an operation that the stand-in does not know. */
  operation(request: AwsRequest, world: AwsWorld): Operation;
  refuse(error: AwsError, request: AwsRequest): Answer;
}
