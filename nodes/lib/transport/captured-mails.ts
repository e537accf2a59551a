/** The mails a capture route kept: a folder of .eml files, each with a .json beside it that says what a list shows. */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Clock } from '../kernel/clock.ts';
import { type ParsedMail, parseMail } from '../mail/parse-mail.ts';
import type { OutgoingMail } from './transport.ts';

export interface CapturedMail {
  readonly id: string;
  /** ms since the epoch */
  readonly at: number;
  /** The envelope: who would have sent it to whom. */
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  /** bytes */
  readonly size: number;
}

export interface CapturedMailInFull extends CapturedMail, Omit<ParsedMail, 'subject'> {
  /** The mail as it would have gone over the wire. */
  readonly source: string;
}

export interface CapturedMails {
  add(mail: OutgoingMail): Promise<CapturedMail>;
  /** Newest first. */
  list(): Promise<CapturedMail[]>;
  /** Undefined for an id that is not there, whatever its form. */
  read(id: string): Promise<CapturedMailInFull | undefined>;
  clear(): Promise<void>;
}

const keptMails = 500;
const keptTime = 7 * 24 * 60 * 60 * 1000;

/** 9 digits of time in base 36, so that names sort by time until the year 5188; then 48 random bits. */
const idPattern = /^[0-9a-z]{9}-[0-9a-f]{12}$/;

/** Keeps the last 500 mails, none longer than 7 days, below `<folder>/captured`. */
export function capturedMails({ folder, clock }: { folder: string; clock: Clock }): CapturedMails {
  const shelf = join(folder, 'captured');
  return {
    add: (mail) => addMail(shelf, mail, clock.now()),
    list: () => listMails(shelf, clock.now()),
    read: (id) => readMail(shelf, id),
    clear: () => rm(shelf, { recursive: true, force: true }),
  };
}

async function addMail(shelf: string, mail: OutgoingMail, at: number): Promise<CapturedMail> {
  const { envelope, raw } = mail;
  const { subject } = await parseMail(headerOf(raw));
  const captured = { id: newId(at), at, ...envelope, subject, size: raw.length };
  await mkdir(shelf, { recursive: true, mode: 0o700 });
  // the .json comes last: a mail is listed when all of it is there
  await writeFile(join(shelf, `${captured.id}.eml`), raw, privately);
  await writeFile(join(shelf, `${captured.id}.json`), JSON.stringify(captured), privately);
  await tidy(shelf, at);
  return captured;
}

const privately = { flag: 'wx', mode: 0o600 } as const;

function newId(at: number): string {
  return `${at.toString(36).padStart(9, '0')}-${randomBytes(6).toString('hex')}`;
}

function headerOf(raw: Uint8Array): Uint8Array {
  const end = Buffer.from(raw.buffer, raw.byteOffset, raw.length).indexOf('\r\n\r\n');
  return end < 0 ? raw : raw.subarray(0, end + 4);
}

async function tidy(shelf: string, now: number): Promise<void> {
  const ids = await idsIn(shelf, '.eml');
  const old = ids.filter((id, index) => index >= keptMails || !isFresh(id, now));
  const files = old.flatMap((id) => [`${id}.json`, `${id}.eml`]);
  await Promise.all(files.map((file) => rm(join(shelf, file), { force: true })));
}

function isFresh(id: string, now: number): boolean {
  return Number.parseInt(id.slice(0, 9), 36) > now - keptTime;
}

/** Newest first. */
async function idsIn(shelf: string, extension: '.eml' | '.json'): Promise<string[]> {
  const names = await readdir(shelf).catch(absent);
  const ids = (names ?? [])
    .filter((name) => name.endsWith(extension))
    .map((name) => basename(name, extension));
  return ids.filter((id) => idPattern.test(id)).sort((a, b) => (a < b ? 1 : -1));
}

async function listMails(shelf: string, now: number): Promise<CapturedMail[]> {
  const ids = (await idsIn(shelf, '.json')).filter((id) => isFresh(id, now));
  const mails = await Promise.all(ids.map((id) => readSummary(shelf, id)));
  return mails.filter((mail) => mail !== undefined);
}

async function readMail(shelf: string, id: string): Promise<CapturedMailInFull | undefined> {
  // an id comes from a browser: nothing that could be a path gets further
  const summary = idPattern.test(id) ? await readSummary(shelf, id) : undefined;
  if (!summary) return undefined;
  const raw = await readFile(join(shelf, `${id}.eml`)).catch(absent);
  if (!raw) return undefined;
  return { ...(await parseMail(raw)), ...summary, source: raw.toString('utf8') };
}

async function readSummary(shelf: string, id: string): Promise<CapturedMail | undefined> {
  const json = await readFile(join(shelf, `${id}.json`), 'utf8').catch(absent);
  return json === undefined ? undefined : parseSummary(json);
}

/** A crash may have cut the file off; that one mail is left out, and tidied away in its time. */
function parseSummary(json: string): CapturedMail | undefined {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** A file that is not there, or was tidied away since the folder was read, is no error. */
function absent(thrown: NodeJS.ErrnoException): undefined {
  if (thrown.code !== 'ENOENT') throw thrown;
}
