// Policy documents as IAM, S3, SNS and SQS read them: an action is allowed by a statement and denied by none.

export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: Statement | readonly Statement[];
}

interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  /** Absent in a policy of a user. */
  readonly Principal?: '*' | Readonly<Record<string, OneOrMore>>;
  readonly Action: OneOrMore;
  /** Absent where the policy belongs to one resource. */
  readonly Resource?: OneOrMore;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMore>>>>;
}

type OneOrMore = string | readonly string[];

export interface Wish {
  /** A service such as `ses.amazonaws.com`; absent for the user whose policy it is. */
  readonly principal?: string;
  readonly action: string;
  readonly resource: string;
  /** Values of condition keys. */
  readonly context?: Readonly<Record<string, string>>;
}

/** Whether a text is a document at all; what it says is not looked at. */
export function isPolicy(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

export function allows({ Statement }: PolicyDocument, wish: Wish): boolean {
  const effects = [Statement]
    .flat()
    .filter((statement) => fits(statement, wish))
    .map(({ Effect }) => Effect);
  return effects.includes('Allow') && !effects.includes('Deny');
}

function fits({ Principal, Action, Resource = '*', Condition = {} }: Statement, wish: Wish): boolean {
  return (
    fitsPrincipal(Principal, wish.principal) &&
    anyOf(Action, wish.action.toLowerCase(), (pattern) => pattern.toLowerCase()) &&
    anyOf(Resource, wish.resource) &&
    Object.entries(Condition).every(([operator, keys]) => holds(operator, keys, wish.context ?? {}))
  );
}

function fitsPrincipal(principal: Statement['Principal'], wanted: string | undefined): boolean {
  if (wanted === undefined || principal === '*' || principal?.AWS === '*') return true;
  return principal?.Service !== undefined && list(principal.Service).includes(wanted);
}

/** Every key must have one of its values; a key without a value in the context fails, save under `…IfExists`. */
function holds(
  operator: string,
  keys: Readonly<Record<string, OneOrMore>>,
  context: Readonly<Record<string, string>>,
): boolean {
  const values = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), value]));
  const pattern = /like|^arn/i.test(operator);
  return Object.entries(keys).every(([key, wanted]) => {
    const value = values.get(key.toLowerCase());
    if (value === undefined) return operator.endsWith('IfExists');
    return pattern ? anyOf(wanted, value) : list(wanted).includes(value);
  });
}

function anyOf(patterns: OneOrMore, value: string, read = (pattern: string) => pattern): boolean {
  return list(patterns).some((pattern) => wildcard(read(pattern)).test(value));
}

function wildcard(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`, 's');
}

const list = (value: OneOrMore): readonly string[] => [value].flat();
