import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

export interface Manifest {
  readonly name: string;
  readonly license?: string;
  readonly repository?: unknown;
  readonly bugs?: unknown;
  readonly author?: unknown;
  readonly keywords: readonly string[];
  readonly engines: { readonly node: string };
  readonly 'node-red': {
    readonly version: string;
    readonly nodes: Readonly<Record<string, string>>;
    readonly plugins: Readonly<Record<string, string>>;
  };
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

export interface Lockfile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

export interface LockedPackage {
  readonly version: string;
  readonly resolved?: string;
  readonly dev?: boolean;
  readonly license?: string;
}

export const manifest = readJson<Manifest>('package.json');
/** The sets of nodes, each with the files its stem names. */
export const nodeSets = Object.keys(manifest['node-red'].nodes);
/** What adds to the editor itself: a form and texts, with nothing at run time. */
export const pluginSets = Object.keys(manifest['node-red'].plugins);

export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

export function readJson<T>(path: string): T {
  return JSON.parse(read(path));
}

export function has(path: string): boolean {
  return existsSync(join(root, path));
}

/** Paths below the root that match, sorted. */
export function find(pattern: string): string[] {
  return globSync(pattern, { cwd: root }).sort();
}
