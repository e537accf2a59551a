/** Our rule in the account's active rule set; nobody's set is ever switched off. */

import type { ReceiptRule, ReceiptRuleSet, SesReceiving } from '../ports/ses-ports.ts';
import { setupRefused } from '../setup-refused.ts';
import type { Works } from '../works.ts';
import type { InboundWishes } from './inbound-wishes.ts';

/** Limits of SES. */
const mostSets = 40;
const mostRules = 200;

export interface ChosenRuleSet {
  readonly name: string;
  /** It was active before; else it is ours, to be made if `found` is undefined, and to be activated. */
  readonly active: boolean;
  readonly found?: ReceiptRuleSet;
}

/** Throws EmailError `setup-refused` where a limit would break. */
export async function chooseRuleSet(
  { ruleSet, rule }: InboundWishes,
  ses: SesReceiving,
): Promise<ChosenRuleSet> {
  const active = await ses.describeActiveReceiptRuleSet();
  const found = active ?? (await ses.describeReceiptRuleSet(ruleSet));
  if (!found && (await ses.listReceiptRuleSets()).length >= mostSets)
    throw setupRefused(`the account has ${mostSets} receipt rule sets, the most that SES allows`, 'ruleSet');
  const others = found?.rules.filter(({ name }) => name !== rule) ?? [];
  if (others.length >= mostRules)
    throw setupRefused(
      `the rule set ${found?.name} has ${mostRules} rules, the most that SES allows`,
      'rule',
    );
  return { name: found?.name ?? ruleSet, active: active !== undefined, found };
}

export async function layRule(
  wishes: InboundWishes,
  { name: set, active, found, topicArn }: ChosenRuleSet & { readonly topicArn: string },
  works: Works,
  ses: SesReceiving,
): Promise<void> {
  if (active) works.keep(`The active receipt rule set ${set} is used as it is; our rule is added to it.`);
  else if (found) works.keep(`The receipt rule set ${set} is there already.`);
  else await works.make(`Make the receipt rule set ${set}`, () => ses.createReceiptRuleSet(set), undefined);
  await placeRule(set, found?.rules ?? [], wantedRule(wishes, topicArn), { works, ses });
  warnOfStops(wishes, found?.rules ?? [], works);
  if (!active)
    await works.change(`Activate the receipt rule set ${set}; none was active`, () => activate(set, ses));
}

/** What somebody else activated meanwhile goes on to work. */
async function activate(set: string, ses: SesReceiving): Promise<void> {
  const active = await ses.describeActiveReceiptRuleSet();
  if (active && active.name !== set)
    throw setupRefused(`the receipt rule set ${active.name} was activated meanwhile; try again`, 'ruleSet');
  await ses.setActiveReceiptRuleSet(set);
}

/** Enabled and ScanEnabled are off unless asked for. */
function wantedRule(wishes: InboundWishes, topicArn: string): ReceiptRule {
  const { rule: name, recipients, bucket, prefix, requireTls } = wishes;
  return {
    name,
    enabled: true,
    scan: true,
    tls: requireTls ? 'Require' : 'Optional',
    recipients,
    actions: [{ kind: 's3', bucket, prefix, topicArn }],
  };
}

interface RuleSite {
  readonly works: Works;
  readonly ses: SesReceiving;
}

async function placeRule(
  set: string,
  present: readonly ReceiptRule[],
  wanted: ReceiptRule,
  { works, ses }: RuleSite,
) {
  const same = present.find(({ name }) => name === wanted.name);
  const last = present.at(-1)?.name;
  if (!same)
    return works.make(
      `Add the rule ${wanted.name} at the end of ${set}`,
      () => ses.createReceiptRule(set, wanted, last),
      undefined,
    );
  if (!isOurs(same, wanted))
    throw setupRefused(
      `${set} has a rule ${wanted.name} that does something else; choose another name`,
      'rule',
    );
  if (JSON.stringify(comparable(same)) === JSON.stringify(comparable(wanted)))
    return works.keep(`The rule ${wanted.name} is there already.`);
  return works.change(`Change the rule ${wanted.name}: ${describe(wanted)}`, () =>
    ses.updateReceiptRule(set, wanted),
  );
}

/** Nothing but putting mail into a bucket. */
function isOurs({ actions }: ReceiptRule, wanted: ReceiptRule): boolean {
  const [wish] = wanted.actions;
  return actions.every(
    (action) => action.kind === 's3' && wish?.kind === 's3' && action.bucket === wish.bucket,
  );
}

function comparable({ enabled, scan, tls, recipients, actions }: ReceiptRule): unknown {
  const places = actions.map((action) =>
    action.kind === 's3' ? [action.bucket, action.prefix, action.topicArn] : [action.kind],
  );
  return [enabled, scan, tls, [...recipients].sort(), places];
}

function describe({ recipients, tls }: ReceiptRule): string {
  return `on, scanned, TLS ${tls === 'Require' ? 'required' : 'optional'}, for ${recipients.join(', ')}`;
}

/** Rules are gone through in order; one that stops keeps the mail from ours. */
function warnOfStops(
  { recipients, rule }: InboundWishes,
  present: readonly ReceiptRule[],
  works: Works,
): void {
  const ours = present.findIndex(({ name }) => name === rule);
  const before = ours < 0 ? present : present.slice(0, ours);
  for (const other of before) {
    const stops = other.enabled && other.actions.some(({ kind }) => kind === 'stop');
    if (stops && overlaps(other.recipients, recipients))
      works.note(
        `The rule ${other.name} comes before ours and ends with “Stop”: what it takes does not reach us.`,
      );
  }
}

/** No recipients means all; `example.com` takes every address of it, `.example.com` those below. */
function overlaps(theirs: readonly string[], ours: readonly string[]): boolean {
  return (
    theirs.length === 0 ||
    theirs.some((taken) =>
      ours.some(
        (own) =>
          own === taken ||
          own.endsWith(`@${taken}`) ||
          taken.endsWith(`@${own}`) ||
          (taken.startsWith('.') && own.endsWith(taken)),
      ),
    )
  );
}
