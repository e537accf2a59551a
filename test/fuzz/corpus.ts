import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const corpus = join(import.meta.dirname, '..', 'fixtures', 'fuzz');

export interface KeptInput {
  /** `seed-…` to begin with; `found-…` is what once failed. */
  readonly name: string;
  readonly content: Buffer;
}

export function doorsWithCorpus(): readonly string[] {
  return readdirSync(corpus).sort();
}

export function keptInputs(door: string): readonly KeptInput[] {
  const folder = join(corpus, door);
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  return names.map((name) => ({ name, content: readFileSync(join(folder, name)) }));
}

/** Path below the folder of all. */
export function keepFound(door: string, content: Buffer): string {
  mkdirSync(join(corpus, door), { recursive: true });
  const name = `found-${createHash('sha256').update(content).digest('hex').slice(0, 12)}`;
  writeFileSync(join(corpus, door, name), content);
  return `${door}/${name}`;
}
