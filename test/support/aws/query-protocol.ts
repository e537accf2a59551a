// The Query protocol of SES v1 and SNS: a form goes in, XML comes out.
import { AwsError } from './aws-error.ts';
import type { AwsRequest } from './aws-request.ts';
import type { AwsWorld } from './aws-world.ts';
import {
  type Answer,
  mismatch,
  type Refusal,
  type Rights,
  type Service,
  type SignatureRefusals,
} from './service.ts';
import { element, type XmlValue } from './xml.ts';

export type Form = { readonly [name: string]: string | Form | readonly (string | Form)[] };
export type QueryDeed = (world: AwsWorld, input: never) => object | Promise<object>;

export interface QueryService {
  readonly name: 'ses' | 'sns';
  /** Of the API, e.g. `2010-12-01`. */
  readonly version: string;
  readonly denied: string;
  /** Named by their operations. */
  readonly deeds: readonly QueryDeed[];
  rightsOf(world: AwsWorld, action: string, input: Form): Rights;
}

export function queryService({ name, version, denied, deeds, rightsOf }: QueryService): Service {
  const namespace = `http://${name}.amazonaws.com/doc/${version}/`;
  return {
    name,
    refusals: refusals(denied),
    takes: (request) => formOf(request).get('Version') === version,
    operation(request, world) {
      const form = formOf(request);
      const action = form.get('Action') ?? '';
      const deed = deeds.find((known) => known.name.toLowerCase() === action.toLowerCase());
      if (!deed)
        throw new AwsError('InvalidAction', `Could not find operation ${action} for version ${version}`);
      const input = nested(form);
      return {
        action,
        rights: rightsOf(world, action, input),
        run: async () => answer(namespace, action, await deed(world, input as never)),
      };
    },
    refuse: (error) => refused(namespace, error),
  };
}

/** In the body, or in the address when a person visits a link. */
export function formOf({ method, query, body }: AwsRequest): URLSearchParams {
  return method === 'GET' ? query : new URLSearchParams(body.toString());
}

/** `Rule.Actions.member.1.S3Action.BucketName=x` becomes structs, lists (`member`) and maps (`entry`). */
function nested(form: URLSearchParams): Form {
  const tree: Tree = {};
  for (const [path, value] of form) {
    const steps = path.split('.');
    const last = steps.pop() ?? '';
    let at = tree;
    for (const step of steps) {
      const next = at[step];
      const branch = typeof next === 'object' ? next : {};
      at[step] = branch;
      at = branch;
    }
    at[last] = value;
  }
  return folded(tree) as Form;
}

type Tree = { [step: string]: string | Tree };

function folded(node: string | Tree): Form[string] {
  if (typeof node === 'string') return node;
  if (node.member !== undefined) return items(node.member) as Form[];
  if (node.entry !== undefined) {
    const entries = items(node.entry) as Form[];
    const named = entries.every(({ key }) => key !== undefined);
    return named ? Object.fromEntries(entries.map(({ key, value }) => [`${key}`, value ?? ''])) : entries;
  }
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, folded(value)]));
}

function items(list: string | Tree): Form[string][] {
  if (typeof list === 'string') return [];
  const inOrder = Object.entries(list).sort(([a], [b]) => Number(a) - Number(b));
  return inOrder.map(([, value]) => folded(value));
}

const requestId = '00000000-0000-4000-8000-000000000000';
const xml = { 'content-type': 'text/xml' };

function answer(namespace: string, action: string, output: object): Answer {
  const result = element(`${action}Result`, output as XmlValue, 'member');
  const metadata = element('ResponseMetadata', { RequestId: requestId }, 'member');
  const name = `${action}Response`;
  return { status: 200, headers: xml, body: `<${name} xmlns="${namespace}">${result}${metadata}</${name}>` };
}

function refused(namespace: string, { code, status, message, members }: AwsError): Answer {
  const type = status < 500 ? 'Sender' : 'Receiver';
  const error = element('Error', { Type: type, Code: code, Message: message, ...members }, 'member');
  const body = `<ErrorResponse xmlns="${namespace}">${error}<RequestId>${requestId}</RequestId></ErrorResponse>`;
  return { status, headers: xml, body };
}

function refusals(denied: string): SignatureRefusals {
  const invalid: Refusal = [
    'InvalidClientTokenId',
    403,
    'The security token included in the request is invalid.',
  ];
  return {
    unsigned: ['MissingAuthenticationToken', 403, 'Request is missing Authentication Token'],
    unknownKey: invalid,
    wrongToken: invalid,
    expiredToken: ['ExpiredToken', 403, 'The security token included in the request is expired'],
    wrongSignature: ['SignatureDoesNotMatch', 403, mismatch],
    skewed: ['SignatureDoesNotMatch', 403, ''],
    denied,
  };
}
