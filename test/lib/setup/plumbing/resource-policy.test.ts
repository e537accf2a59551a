import assert from 'node:assert/strict';
import {
  type PolicyStatement,
  sidFor,
  withStatement,
} from '../../../../nodes/lib/setup/plumbing/resource-policy.ts';
import { assertRefused } from '../../../support/assert-refused.ts';

const statement: PolicyStatement = {
  Sid: 'EmailApp',
  Effect: 'Allow',
  Principal: { Service: 'ses.amazonaws.com' },
  Action: 's3:PutObject',
  Resource: 'arn:aws:s3:::bucket/in/*',
  Condition: { StringEquals: { 'AWS:SourceAccount': '123456789012' } },
};
const read = (text: string | undefined) => JSON.parse(text ?? 'null');

describe('withStatement', () => {
  it('writes a policy where there is none', () => {
    assert.deepEqual(read(withStatement(undefined, statement)), {
      Version: '2012-10-17',
      Statement: [statement],
    });
  });

  it('keeps the version, the id and the statements of others', () => {
    const theirs = { Version: '2008-10-17', Id: 'x', Statement: { Sid: 'Theirs', Effect: 'Deny' } };
    assert.deepEqual(read(withStatement(JSON.stringify(theirs), statement)), {
      ...theirs,
      Statement: [theirs.Statement, statement],
    });
  });

  it('has nothing to do for its own, as AWS gives it back', () => {
    const given = {
      Statement: [
        {
          Sid: 'EmailApp',
          Condition: { StringEquals: { 'aws:SourceAccount': ['123456789012'] } },
          Action: ['s3:putobject'],
          Principal: { Service: 'ses.amazonaws.com' },
          Resource: 'arn:aws:s3:::bucket/in/*',
          Effect: 'Allow',
        },
      ],
    };
    assert.equal(withStatement(JSON.stringify(given), statement), undefined);
  });

  it('replaces an older one of its own', () => {
    const old = JSON.stringify({ Statement: [{ ...statement, Resource: 'arn:aws:s3:::bucket/*' }] });
    assert.deepEqual(read(withStatement(old, statement)).Statement, [statement]);
  });

  for (const policy of ['{', '[]', '"text"', 'null']) {
    it(`does not throw ${policy} away`, () =>
      assertRefused(() => withStatement(policy, statement), 'setup-refused'));
  }

  it('makes a Sid of any name', () =>
    assert.equal(sidFor('configuration-set/a_b'), 'EmailAppconfigurationsetab'));
});
