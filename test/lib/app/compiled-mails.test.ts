import assert from 'node:assert/strict';
import { compiledMails, type ReadyMail } from '../../../nodes/lib/app/compiled-mails.ts';

const mail = (size: number): ReadyMail => ({
  from: 'a@example.com',
  leadersOf: () => [],
  compiled: {
    names: [],
    encodedSize: () => size,
    tryCopy: () => ({ subject: '', roughSize: size }),
    render: () => Buffer.alloc(0),
  },
});

describe('compiledMails', () => {
  it('holds a mail until each of its copies took it', () => {
    const mails = compiledMails(100);
    const held = mail(10);
    mails.keep('r1', held, 2);
    assert.equal(mails.take('r1'), held);
    assert.equal(mails.take('r1'), held);
    assert.equal(mails.take('r1'), undefined);
  });

  it('keeps newcomers out when full, and has room again when one leaves', () => {
    const mails = compiledMails(100);
    mails.keep('r1', mail(60), 1);
    mails.keep('r2', mail(60), 1);
    assert.equal(mails.take('r2'), undefined);
    assert.ok(mails.take('r1'));
    mails.keep('r3', mail(60), 1);
    assert.ok(mails.take('r3'));
  });

  it('forgets what was not accepted', () => {
    const mails = compiledMails(100);
    mails.keep('r1', mail(90), 1);
    mails.drop('r1');
    mails.keep('r2', mail(90), 1);
    assert.equal(mails.take('r1'), undefined);
    assert.ok(mails.take('r2'));
  });
});
