// SES v1 on the wire: what only the older API can do, which is receiving and proof by TXT record.
import { queryService } from '../query-protocol.ts';
import { getIdentityVerificationAttributes, verifyDomainDkim, verifyDomainIdentity } from './identities.ts';
import {
  cloneReceiptRuleSet,
  createReceiptRuleSet,
  deleteReceiptRuleSet,
  describeActiveReceiptRuleSet,
  describeReceiptRuleSet,
  listReceiptRuleSets,
  setActiveReceiptRuleSet,
} from './rule-sets.ts';
import {
  createReceiptRule,
  deleteReceiptRule,
  describeReceiptRule,
  setReceiptRulePosition,
  updateReceiptRule,
} from './rules.ts';

export const sesV1 = queryService({
  name: 'ses',
  version: '2010-12-01',
  denied: 'AccessDenied',
  deeds: [
    verifyDomainIdentity,
    verifyDomainDkim,
    getIdentityVerificationAttributes,
    createReceiptRuleSet,
    cloneReceiptRuleSet,
    deleteReceiptRuleSet,
    describeReceiptRuleSet,
    describeActiveReceiptRuleSet,
    setActiveReceiptRuleSet,
    listReceiptRuleSets,
    createReceiptRule,
    updateReceiptRule,
    deleteReceiptRule,
    describeReceiptRule,
    setReceiptRulePosition,
  ],
  /** None of these can be narrowed to a resource. */
  rightsOf: (_, action) => ({ actions: [`ses:${action}`], resources: ['*'] }),
});
