// Receipt rule sets, one of which may be active.
import type {
  CloneReceiptRuleSetRequest,
  CreateReceiptRuleSetRequest,
  DeleteReceiptRuleSetRequest,
  DescribeActiveReceiptRuleSetResponse,
  DescribeReceiptRuleSetRequest,
  DescribeReceiptRuleSetResponse,
  ListReceiptRuleSetsRequest,
  ListReceiptRuleSetsResponse,
  ReceiptRule,
  ReceiptRuleSetMetadata,
  SetActiveReceiptRuleSetRequest,
} from '@aws-sdk/client-ses';
import { AwsError } from '../aws-error.ts';
import type { AwsWorld } from '../aws-world.ts';
import { page } from '../page.ts';
import type { ReceivingState, RuleSet } from './receiving-state.ts';

const mostSets = 40;

export function createReceiptRuleSet(world: AwsWorld, { RuleSetName }: CreateReceiptRuleSetRequest): object {
  add(world, RuleSetName ?? '', []);
  return {};
}

export function cloneReceiptRuleSet(world: AwsWorld, request: CloneReceiptRuleSetRequest): object {
  const { rules } = ruleSetOf(world, request.OriginalRuleSetName);
  add(world, request.RuleSetName ?? '', structuredClone(rules));
  return {};
}

function add(world: AwsWorld, name: string, rules: ReceiptRule[]): void {
  const { ruleSets } = receivingOf(world);
  if (!/^[A-Za-z0-9_-]([A-Za-z0-9_.-]{0,62}[A-Za-z0-9_-])?$/.test(name)) {
    throw new AwsError('InvalidParameterValue', `Not a valid rule set name: ${name}`);
  }
  if (ruleSets.has(name)) {
    throw new AwsError('AlreadyExists', `Rule set already exists: ${name}`, 400, { Name: name });
  }
  if (ruleSets.size >= mostSets)
    throw new AwsError('LimitExceeded', `Maximum number of rule sets exceeded: ${mostSets}`);
  ruleSets.set(name, { name, createdAt: world.now(), rules });
}

export function describeReceiptRuleSet(
  world: AwsWorld,
  { RuleSetName }: DescribeReceiptRuleSetRequest,
): DescribeReceiptRuleSetResponse {
  return shown(ruleSetOf(world, RuleSetName));
}

/** Empty when none is active. */
export function describeActiveReceiptRuleSet(world: AwsWorld): DescribeActiveReceiptRuleSetResponse {
  const { active, ruleSets } = receivingOf(world);
  const set = ruleSets.get(active ?? '');
  return set ? shown(set) : {};
}

/** Without a name none is active. */
export function setActiveReceiptRuleSet(
  world: AwsWorld,
  { RuleSetName }: SetActiveReceiptRuleSetRequest,
): object {
  const receiving = receivingOf(world);
  receiving.active = RuleSetName === undefined ? undefined : ruleSetOf(world, RuleSetName).name;
  return {};
}

export function listReceiptRuleSets(
  world: AwsWorld,
  { NextToken }: ListReceiptRuleSetsRequest,
): ListReceiptRuleSetsResponse {
  const { items, next } = page([...receivingOf(world).ruleSets.values()], NextToken);
  return { RuleSets: items.map(metadata), NextToken: next };
}

/** With its rules; deleting what is not there is no error. */
export function deleteReceiptRuleSet(
  world: AwsWorld,
  { RuleSetName = '' }: DeleteReceiptRuleSetRequest,
): object {
  const { active, ruleSets } = receivingOf(world);
  if (active === RuleSetName) {
    throw new AwsError('CannotDelete', `Cannot delete active rule set: ${RuleSetName}`, 400, {
      Name: RuleSetName,
    });
  }
  ruleSets.delete(RuleSetName);
  return {};
}

export function ruleSetOf(world: AwsWorld, name = ''): RuleSet {
  const set = receivingOf(world).ruleSets.get(name);
  if (set) return set;
  throw new AwsError('RuleSetDoesNotExist', `Rule set does not exist: ${name}`, 400, { Name: name });
}

/** Where SES does not receive, it knows none of these operations. */
export function receivingOf({ receiving }: AwsWorld): ReceivingState {
  if (!receiving.offered) throw new AwsError('InvalidAction', 'Unavailable Operation');
  return receiving;
}

function shown(set: RuleSet): DescribeReceiptRuleSetResponse {
  return { Metadata: metadata(set), Rules: set.rules };
}

function metadata({ name, createdAt }: RuleSet): ReceiptRuleSetMetadata {
  return { Name: name, CreatedTimestamp: new Date(createdAt) };
}
