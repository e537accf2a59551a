/** The port `KeptMails` on a folder: one sealed file for each mail, the oldest of which go when there are too many bytes. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  type KeptMails,
  type KeptPage,
  type KeptSummary,
  type OpenedKeptMail,
  summaryOf,
} from '../inbound/kept-mails.ts';
import type { InboundMessage } from '../inbound/mail-listener.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { type RowSeal, rowSeal } from '../keys/row-seal.ts';
import { readSealedContent, readSealedHead, sealedPiece, writeSealedFile } from './received-file.ts';
import { isDiskFull, storeFailure } from './store-failure.ts';
import { diskFull, requireRoom } from './write-mail-file.ts';

export interface ShelfOptions {
  /** Of the app. */
  readonly folder: string;
  readonly keys: Pick<KeyRing, 'current' | 'find'>;
  readonly appId: string;
  /** Of all files together. */
  readonly maxBytes: number;
  /** However small they are. */
  readonly maxMails?: number;
  /** For the names of opened files. */
  readonly newId: () => string;
}

/** What lies there: bytes by id, the oldest first. */
interface Shelved {
  readonly sizes: Map<string, number>;
  bytes: number;
}

/** 9 digits of time in base 36, so that names sort by it until the year 5188; then what makes it unique. */
const idPattern = /^([0-9a-z]{9})-[\w-]{1,64}$/;
const ending = '.mail';
const usualMails = 20_000;
/** What there is room for again once the oldest have gone. */
const share = 0.9;

export function receivedShelf(options: ShelfOptions): KeptMails {
  return new ReceivedShelf(options);
}

class ReceivedShelf implements KeptMails {
  readonly #options: ShelfOptions;
  readonly #shelf: string;
  readonly #opened: string;
  readonly #ready: Promise<void>;
  /** Undefined until it was looked at. */
  #shelved: Promise<Shelved> | undefined;

  constructor(options: ShelfOptions) {
    this.#options = options;
    this.#shelf = join(options.folder, 'received');
    this.#opened = join(this.#shelf, 'opened');
    // what a process left open that ended in the middle
    this.#ready = rm(this.#opened, { recursive: true, force: true }).catch(() => {});
  }

  async keep(message: InboundMessage): Promise<void> {
    const { file, mail } = message;
    const id = idOf(message);
    const unfinished = `${this.#fileOf(id)}.part`;
    try {
      const shelved = await this.#look();
      if (mail.size > sealedPiece) await requireRoom(this.#shelf, mail.size);
      const head = { ...summaryOf(message), id };
      const content = mail.size > sealedPiece ? createReadStream(file) : [await readFile(file)];
      const size = await writeSealedFile(unfinished, head, content, this.#sealOf(id));
      await rename(unfinished, this.#fileOf(id));
      await this.#note(id, size, shelved);
    } catch (thrown) {
      await rm(unfinished, { force: true }).catch(() => {});
      throw this.#explained(thrown);
    }
  }

  async list({ limit, after }: Parameters<KeptMails['list']>[0]): Promise<KeptPage> {
    const { sizes } = await this.#look();
    const ids = [...sizes.keys()].sort().reverse();
    const following = after === undefined ? ids : ids.filter((id) => id < after);
    const page = following.slice(0, limit);
    const mails = await Promise.all(page.map((id) => this.#headOf(id).catch(() => undefined)));
    const next = following.length > page.length ? page.at(-1) : undefined;
    return { mails: mails.filter((mail) => mail !== undefined), next };
  }

  async open(id: string): Promise<OpenedKeptMail | undefined> {
    const summary = idPattern.test(id) ? await this.#headOf(id).catch(absent) : undefined;
    if (!summary) return undefined;
    await this.#ready;
    await made(this.#opened);
    const file = join(this.#opened, this.#options.newId());
    const done = () => rm(file, { force: true }).catch(() => {});
    try {
      const content = Readable.from(readSealedContent(this.#fileOf(id), this.#sealOf(id)));
      await pipeline(content, createWriteStream(file, { flags: 'wx', mode: 0o600 }));
      return { summary, file, done };
    } catch (thrown) {
      await done();
      throw this.#explained(thrown);
    }
  }

  async prune(before: number): Promise<void> {
    const shelved = await this.#look();
    const isOld = (id: string) => Number.parseInt(id.slice(0, 9), 36) < before;
    for (const id of [...shelved.sizes.keys()].filter(isOld)) await this.#drop(id, shelved);
  }

  async #headOf(id: string): Promise<KeptSummary | undefined> {
    return (await readSealedHead(this.#fileOf(id), this.#sealOf(id))) as KeptSummary;
  }

  /** No mail opens in the place of another. */
  #sealOf(id: string): RowSeal {
    const { keys, appId } = this.#options;
    return rowSeal(keys, `${appId} received ${id}`);
  }

  #fileOf(id: string): string {
    return join(this.#shelf, `${id}${ending}`);
  }

  async #note(id: string, size: number, shelved: Shelved): Promise<void> {
    const { maxBytes, maxMails = usualMails } = this.#options;
    const { sizes } = shelved;
    shelved.bytes += size - (sizes.get(id) ?? 0);
    sizes.set(id, size);
    if (shelved.bytes <= maxBytes && sizes.size <= maxMails) return;
    for (const oldest of [...sizes.keys()]) {
      if (shelved.bytes <= maxBytes * share && sizes.size <= maxMails * share) break;
      await this.#drop(oldest, shelved);
    }
  }

  async #drop(id: string, shelved: Shelved): Promise<void> {
    shelved.bytes -= shelved.sizes.get(id) ?? 0;
    shelved.sizes.delete(id);
    await rm(this.#fileOf(id), { force: true }).catch(() => {});
  }

  #look(): Promise<Shelved> {
    this.#shelved ??= this.#read();
    this.#shelved.catch(() => {
      this.#shelved = undefined;
    });
    return this.#shelved;
  }

  /** The part of a file is of a process that ended in the middle. */
  async #read(): Promise<Shelved> {
    await made(this.#shelf);
    const names = await readdir(this.#shelf);
    const shelved: Shelved = { sizes: new Map(), bytes: 0 };
    for (const name of names.sort()) {
      const id = name.endsWith(ending) ? name.slice(0, -ending.length) : '';
      if (name.endsWith('.part')) await rm(join(this.#shelf, name), { force: true });
      if (!idPattern.test(id)) continue;
      const { size } = await stat(join(this.#shelf, name));
      shelved.sizes.set(id, size);
      shelved.bytes += size;
    }
    return shelved;
  }

  #explained(thrown: unknown): unknown {
    const { folder } = this.#options;
    if (isDiskFull(thrown)) return diskFull(folder);
    const isOurs = thrown instanceof Error && 'syscall' in thrown;
    return isOurs ? storeFailure(thrown, folder, folder) : thrown;
  }
}

/** Whatever queue it comes from. */
function idOf({ id, receivedAt }: InboundMessage): string {
  if (idPattern.test(id)) return id;
  return `${receivedAt.toString(36).padStart(9, '0')}-${id.replace(/[^\w-]/g, '').slice(-64)}`;
}

/** What is not there, or went since it was listed, is no error. */
function absent(thrown: NodeJS.ErrnoException): undefined {
  if (thrown.code !== 'ENOENT') throw thrown;
}

/** Never what it lies in: the folder of an app that was taken away must not look as if it were there. */
async function made(folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}
