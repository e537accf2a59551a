/** Labelled mails come in; how many were told right goes out: by kind, and for the addresses said to be dead. */
import { join } from 'node:path';
import type { MailKind } from '../nodes/lib/received/received-mail.ts';
import { type Judged, judgeFile } from './judge-file.ts';
import { fixtures, type Label, readLabels, sampleOwnMails } from './labels.ts';

export interface Score {
  /** labelled kind → kind that was told → files */
  readonly matrix: ReadonlyMap<MailKind, ReadonlyMap<MailKind, number>>;
  /** Of the recipients said to be dead, how many are. */
  readonly precision: number;
  /** Of the dead recipients, how many were found. */
  readonly recall: number;
  readonly hard: { readonly right: number; readonly wrong: number; readonly missed: number };
  readonly mails: readonly ScoredMail[];
}

export interface ScoredMail {
  readonly file: string;
  readonly label: Label;
  readonly judged: Judged;
}

export async function scoreFixtures(): Promise<Score> {
  const mails: ScoredMail[] = [];
  for (const [file, label] of readLabels())
    mails.push({ file, label, judged: await judgeFile(join(fixtures, file), sampleOwnMails) });
  const hard = countHard(mails);
  const { right, wrong, missed } = hard;
  return {
    matrix: countKinds(mails),
    precision: right / (right + wrong),
    recall: right / (right + missed),
    hard,
    mails,
  };
}

function countKinds(mails: readonly ScoredMail[]): Map<MailKind, Map<MailKind, number>> {
  const matrix = new Map<MailKind, Map<MailKind, number>>();
  for (const { label, judged } of mails) {
    const row = matrix.get(label.kind) ?? new Map<MailKind, number>();
    matrix.set(label.kind, row.set(judged.kind, (row.get(judged.kind) ?? 0) + 1));
  }
  return matrix;
}

/** A dead address told as another address is wrong, and missed. */
function countHard(mails: readonly ScoredMail[]): Score['hard'] {
  let [right, wrong, missed] = [0, 0, 0];
  for (const { label, judged } of mails) {
    const dead = new Set(addressesOf(label.reports ?? []));
    const said = addressesOf(judged.recipients);
    const found = said.filter((address) => dead.has(address)).length;
    right += found;
    wrong += said.length - found;
    missed += dead.size - found;
  }
  return { right, wrong, missed };
}

function addressesOf(reports: readonly { address?: string; severity?: string }[]): string[] {
  return reports
    .filter(({ severity }) => severity === 'hard')
    .map(({ address }) => (address ?? '').toLowerCase());
}
