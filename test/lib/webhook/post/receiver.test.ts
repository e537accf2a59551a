import assert from 'node:assert/strict';
import { readReceiver } from '../../../../nodes/lib/webhook/post/receiver.ts';

function codeOf(url: string, allowedHosts: readonly string[] = []): string {
  const receiver = readReceiver(url, allowedHosts);
  return 'code' in receiver ? receiver.code : 'taken';
}

describe('readReceiver', () => {
  it('takes https apart', () => {
    assert.deepEqual(readReceiver('https://Hooks.Example.com:8443/in?key=1', []), {
      origin: 'https://hooks.example.com:8443',
      path: '/in?key=1',
      hostname: 'hooks.example.com',
      isAllowed: false,
    });
  });

  for (const url of [
    '',
    'hooks.example.com',
    'ftp://hooks.example.com/',
    'file:///etc/passwd',
    'http://hooks.example.com/',
    'https://user@hooks.example.com/',
    'https://user:secret@hooks.example.com/',
    'https://hooks.example.com/#part',
    'https://1.2.3.4.5/',
    `https://hooks.example.com/${'a'.repeat(2048)}`,
  ]) {
    it(`refuses ${url.slice(0, 60) || 'nothing'}`, () => assert.equal(codeOf(url), 'bad-url'));
  }

  for (const host of [
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '0177.0.0.1',
    '127.1',
    '0',
    '１２７.0.0.1',
    '127.0.0.1.',
    '169.254.169.254',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[64:ff9b::10.0.0.1]',
    '[2002:a00:1::]',
  ]) {
    it(`blocks https://${host}/`, () => assert.equal(codeOf(`https://${host}/`), 'blocked-address'));
    it(`does not even speak http to ${host}`, () => assert.equal(codeOf(`http://${host}/`), 'bad-url'));
  }

  it('lets an allowed host be private and spoken to without TLS', () => {
    assert.equal(codeOf('http://127.0.0.1:1880/in', ['127.0.0.1']), 'taken');
    assert.equal(codeOf('http://127.0.0.1:1880/in', ['127.0.0.1:1880']), 'taken');
    assert.equal(codeOf('http://crm/', ['crm:80']), 'taken');
    assert.equal(codeOf('https://[::1]/', ['[::1]:443']), 'taken');
  });

  it('allows one port only where one was named, and no other host', () => {
    assert.equal(codeOf('http://127.0.0.1:1881/in', ['127.0.0.1:1880']), 'bad-url');
    assert.equal(codeOf('https://127.0.0.1/', ['127.0.0.1:1880']), 'blocked-address');
    assert.equal(codeOf('http://127.0.0.1.example.com/', ['127.0.0.1']), 'bad-url');
    assert.equal(codeOf('http://evil.crm/', ['crm']), 'bad-url');
  });

  it('shows nothing of the URL', () => {
    const receiver = readReceiver('http://user:secret@hooks.example.com/?token=secret', []);
    assert.doesNotMatch(JSON.stringify(receiver), /secret|token|user:/);
  });
});
