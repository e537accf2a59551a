/** The filter of a clean end in, on disk; the same filter out at the next opening, if it is whole and still fits. */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder } from '../kernel/sync-folder.ts';
import { AddressFilter } from '../suppression/address-filter.ts';

const headerBytes = 64;
const digestBytes = 32;
const magic = 'EMAF1';

/** Undefined if there is none, if it is damaged, or if the list has changed since it was written. */
export function readFilterFile(file: string, generation: string): AddressFilter | undefined {
  try {
    return readWhole(file, generation);
  } catch {
    return undefined;
  }
}

function readWhole(file: string, generation: string): AddressFilter | undefined {
  const handle = openSync(file, 'r');
  try {
    const header = Buffer.alloc(headerBytes);
    const length = fstatSync(handle).size - headerBytes;
    if (length <= 0 || length % headerBytes > 0) return undefined;
    readSync(handle, header, 0, headerBytes, 0);
    const filter = new AddressFilter(new SharedArrayBuffer(length));
    const bits = Buffer.from(filter.buffer);
    for (let done = 0; done < length; ) {
      const read = readSync(handle, bits, done, length - done, headerBytes + done);
      if (read === 0) return undefined;
      done += read;
    }
    return header.equals(headerOf(bits, generation)) ? filter : undefined;
  } finally {
    closeSync(handle);
  }
}

export function writeFilterFile(file: string, { buffer }: AddressFilter, generation: string): void {
  const unfinished = `${file}.part`;
  const bits = Buffer.from(buffer);
  try {
    writeFileSync(unfinished, Buffer.concat([headerOf(bits, generation), bits]), {
      mode: 0o600,
      flush: true,
    });
    renameSync(unfinished, file);
    syncFolder(dirname(file));
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/** A wrong bit could let mail through to someone who left, so the digest covers everything. */
function headerOf(bits: Buffer, generation: string): Buffer {
  const header = Buffer.alloc(headerBytes);
  const digest = createHash('sha256').update(`${magic} ${generation} `).update(bits).digest();
  header.write(magic);
  digest.copy(header, headerBytes - digestBytes);
  return header;
}
