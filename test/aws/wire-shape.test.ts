import assert from 'node:assert/strict';
import { DescribeReceiptRule$ } from '@aws-sdk/client-ses';
import { GetAccount$, GetEmailTemplate$ } from '@aws-sdk/client-sesv2';
import { misfits } from '../support/aws/wire-shape.ts';

describe('the look at answers on the wire', () => {
  it('finds what the SDK would drop in JSON', () => {
    const body = JSON.stringify({ SendingEnabled: 'yes', Foo: 1, SendQuota: { MaxSendRate: '1' } });
    assert.deepEqual(misfits(GetAccount$[5], body, 'application/json'), [
      'GetAccountResponse.SendingEnabled is no boolean',
      'GetAccountResponse.Foo is unknown',
      'GetAccountResponse.SendQuota.MaxSendRate is no number',
    ]);
  });

  it('finds what is missing', () => {
    assert.deepEqual(misfits(GetEmailTemplate$[5], '{}', 'application/json'), [
      'GetEmailTemplateResponse.TemplateName is missing',
      'GetEmailTemplateResponse.TemplateContent is missing',
    ]);
  });

  it('finds what the SDK would drop in XML', () => {
    const xml =
      '<R><XResult><Rule><Enabled>1</Enabled><Recipients><item>a</item></Recipients><Foo/></Rule></XResult></R>';
    assert.deepEqual(misfits(DescribeReceiptRule$[5], xml, 'text/xml'), [
      'DescribeReceiptRuleResponse.Rule.Name is missing',
      'DescribeReceiptRuleResponse.Rule.Enabled is no boolean',
      'DescribeReceiptRuleResponse.Rule.Recipients.item is no member',
      'DescribeReceiptRuleResponse.Rule.Foo is unknown',
    ]);
  });
});
