/** The policy of a bucket, topic or queue comes in; the same with one more statement goes out, or nothing to do. */
import { parseJson } from '../../kernel/parse-json.ts';
import { isPlainRecord } from '../../kernel/plain-record.ts';
import { setupRefused } from '../setup-refused.ts';

export interface PolicyStatement {
  /** Letters and digits; a statement is known by it. */
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Principal: { readonly Service: string };
  readonly Action: string;
  readonly Resource: string;
  readonly Condition: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * Undefined when the statement is there already. Statements of others stay as they are; an older one of the same Sid is
 * replaced. Throws EmailError `setup-refused` for a policy that cannot be read: it is not ours to throw away.
 */
export function withStatement(policy: string | undefined, statement: PolicyStatement): string | undefined {
  const { Statement: existing = [], ...rest } = readPolicy(policy, statement.Resource);
  const statements: unknown[] = Array.isArray(existing) ? existing : [existing];
  if (statements.some((other) => allowsAlready(other, statement))) return undefined;
  const others = statements.filter((other) => !isPlainRecord(other) || other.Sid !== statement.Sid);
  return JSON.stringify({ Version: '2012-10-17', ...rest, Statement: [...others, statement] });
}

function readPolicy(policy: string | undefined, resource: string): Record<string, unknown> {
  if (!policy) return {};
  const parsed = parseJson(policy);
  if (isPlainRecord(parsed)) return parsed;
  throw setupRefused(`the policy of ${resource} cannot be read, so it was left alone`);
}

/** AWS gives statements back with other case and order, so what counts is that every value is in it. */
function allowsAlready(other: unknown, wanted: PolicyStatement): boolean {
  if (!isPlainRecord(other) || other.Sid !== wanted.Sid || other.Effect !== 'Allow') return false;
  const text = JSON.stringify(other).toLowerCase();
  return valuesOf(wanted).every((value) => text.includes(JSON.stringify(value).toLowerCase()));
}

function valuesOf({ Principal, Action, Resource, Condition }: PolicyStatement): string[] {
  return [
    Principal.Service,
    Action,
    Resource,
    ...Object.values(Condition).flatMap((test) => Object.values(test)),
  ];
}

/** A Sid made of a name, which may hold other marks. */
export function sidFor(name: string): string {
  return `EmailApp${name.replace(/[^A-Za-z0-9]/g, '')}`;
}
