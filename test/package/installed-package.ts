import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { manifest, root } from './project.ts';

export interface Packed {
  /** The file as it would be published. */
  readonly tarball: string;
  /** In bytes. */
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: number;
}

/** Packs what the build has made. */
export function pack(folder: string): Packed {
  const [packed] = JSON.parse(
    npm(['pack', '--ignore-scripts', '--json', '--pack-destination', folder], root),
  );
  const { filename, size, unpackedSize, entryCount } = packed;
  return { tarball: join(folder, filename), size, unpackedSize, files: entryCount };
}

/** Installs as Node-RED's users do, in a user directory that is made for it; `node` runs npm. */
export function install(userDir: string, what: string, node = process.execPath): void {
  mkdirSync(userDir, { recursive: true });
  const project = { name: 'node-red-project', private: true, allowScripts: { node: true } };
  writeFileSync(join(userDir, 'package.json'), JSON.stringify(project));
  npm(['install', '--no-audit', '--no-fund', what], userDir, node);
}

/** The folder that the package has in a user directory. */
export function installedAt(userDir: string): string {
  return join(userDir, 'node_modules', manifest.name);
}

/** Optional packages that npm left out. */
export function leftOut(userDir: string): string[] {
  return Object.keys(manifest.optionalDependencies).filter(
    (name) => !existsSync(join(userDir, 'node_modules', name)),
  );
}

function npm(words: string[], cwd: string, node = process.execPath): string {
  const env = { ...process.env, PATH: join(node, '..') + delimiter + process.env.PATH };
  const { status, stdout, stderr } = spawnSync('npm', [...words, '--loglevel=error'], {
    cwd,
    env,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`npm ${words[0]} failed:\n${stderr}${stdout}`);
  return stdout;
}
