import assert from 'node:assert/strict';
import { licenceList, publishedPackages } from './licence-list.ts';
import { read } from './project.ts';

const permissive = ['MIT', 'MIT-0', 'Apache-2.0', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause'];

describe('the licences of what is installed', () => {
  it('are permissive, or leave the choice of one that is', () => {
    const others = publishedPackages().filter(
      ({ licence }) => !choices(licence).some((one) => permissive.includes(one)),
    );
    assert.deepEqual(others, []);
  });

  it('are listed in docs/licences.md', () => {
    assert.equal(read('docs/licences.md'), licenceList(), 'run: node test/package/licence-list.ts');
  });
});

/** `(MIT OR EUPL-1.1+)` leaves a choice, `MIT AND X` leaves none. */
function choices(licence: string): string[] {
  return licence.replace(/^\((.*)\)$/, '$1').split(' OR ');
}
