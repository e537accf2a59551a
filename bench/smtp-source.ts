/** Postfix's own load generator, written in C: `smtp-source` of Debian's package `postfix`, found in PATH or named by SMTP_SOURCE. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const name = 'smtp-source';

export const smtpSource: string | undefined = [
  process.env.SMTP_SOURCE ?? '',
  ...[...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'].map((folder) => join(folder, name)),
].find((file) => file !== '' && existsSync(file));

export const lacksSmtpSource = (): string | undefined =>
  smtpSource === undefined ? 'smtp-source of Debian’s postfix' : undefined;
