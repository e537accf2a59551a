/** `node test/package/licence-list.ts` writes docs/licences.md anew: what the lockfile brings into an installation. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Lockfile, readJson, root } from './project.ts';

export interface Licensed {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
}

/** Everything that is not for development only, once for each version. */
export function publishedPackages(): Licensed[] {
  const entries = Object.entries(readJson<Lockfile>('package-lock.json').packages);
  const found = entries
    .filter(([path, { dev }]) => path !== '' && !dev)
    .map(([path, { version, license }]) => ({
      name: path.slice(path.lastIndexOf('node_modules/') + 13),
      version,
      licence: license ?? 'none named',
    }));
  return [...new Map(found.map((one) => [`${one.name} ${one.version}`, one])).values()];
}

export function licenceList(packages = publishedPackages()): string {
  const byLicence = Map.groupBy(packages, ({ licence }) => licence);
  const rows = [...byLicence]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([licence, of]) => rowOf(licence, of));
  return [
    '# Licences',
    '',
    'This package is under the [Apache License 2.0](../LICENSE). An installation brings these packages of others,',
    'the optional ones included. Made from the lockfile by `package/licence-list.ts`, which lies among the tests.',
    '',
    '| licence | number | packages |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function rowOf(licence: string, packages: readonly Licensed[]): string {
  const names = packages.map(({ name, version }) => `${name} ${version}`).sort();
  return `| ${licence} | ${names.length} | ${names.join(', ')} |`;
}

if (import.meta.main) writeFileSync(join(root, 'docs/licences.md'), licenceList());
