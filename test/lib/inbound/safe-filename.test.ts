import assert from 'node:assert/strict';
import fc from 'fast-check';
import { safeFilename } from '../../../nodes/lib/inbound/safe-filename.ts';

describe('safeFilename', () => {
  const cases: readonly (readonly [given: string | undefined, safe: string])[] = [
    ['invoice.pdf', 'invoice.pdf'],
    ['Überweisung März.pdf', 'Überweisung März.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['..\\..\\boot.ini', 'boot.ini'],
    ['C:\\x\\CON', '_CON'],
    ['con.txt', '_con.txt'],
    ['LPT1', '_LPT1'],
    ['a\0.exe', 'a.exe'],
    ['line\r\nbreak.txt', 'linebreak.txt'],
    ['photo\u202egpj.exe', 'photogpj.exe'],
    ['zero\u200bwidth.txt', 'zerowidth.txt'],
    ['a<b>:c|d?e*f".txt', 'a_b__c_d_e_f_.txt'],
    ['.bashrc', 'bashrc'],
    ['trailing. . .', 'trailing'],
    ['..', 'attachment'],
    ['/', 'attachment'],
    ['', 'attachment'],
    [undefined, 'attachment'],
    ['\ud800x.txt', 'x.txt'],
  ];
  for (const [given, safe] of cases) {
    it(`makes ${JSON.stringify(given)} ${safe}`, () => assert.equal(safeFilename(given), safe));
  }

  it('keeps the extension of a name that is too long', () => {
    const name = safeFilename(`${'x'.repeat(4000)}.pdf`);
    assert.deepEqual([name.length, name.endsWith('x.pdf')], [150, true]);
  });

  it('cuts no letter in two', () => {
    assert.equal(safeFilename(`${'😀'.repeat(100)}.txt`).isWellFormed(), true);
  });

  it('lets nothing through that a file system or a reader could mistake', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (given) => {
        const name = safeFilename(given);
        assert.match(name, /^[^/\\<>:"|?*\p{Cc}\p{Cf}]{1,150}$/u);
        assert.doesNotMatch(name, /^[. ]|[. ]$/);
      }),
    );
  });
});
