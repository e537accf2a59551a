/** Postfix's load generator with 20 connections that it keeps: the same bytes over and over, and no queue. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { builtMail } from '../built-mail.ts';
import { loadFromArguments, print, take } from '../measured.ts';
import { sampleMail } from '../sample-mail.ts';
import { smtpSource } from '../smtp-source.ts';

const load = loadFromArguments();
const { cpuMicroseconds: _ofThisProcess, ...measured } = await take(load, async (count) => {
  const words = ['-d', '-s', '20', '-m', `${count}`, '-l', `${builtMail.length}`, '-f', sampleMail.from];
  const source = spawn(
    `${smtpSource}`,
    [...words, '-t', 'customer@example.net', `inet:127.0.0.1:${load.port}`],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const [code] = await once(source, 'exit');
  if (code !== 0) throw new Error(`smtp-source ended with ${code}`);
  return count;
});
print(measured);
process.exit(0);
