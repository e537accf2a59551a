/** Starts the processes around Node-RED, and asks them. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Counting } from './counts.ts';

export interface Helper {
  /** Sends it and resolves to the next message that has this part. */
  ask<Answer>(question: Counting, part: string): Promise<Answer>;
  /** Resolves to the next message that has this part. */
  next<Answer>(part: string): Promise<Answer>;
  tell(message: object): void;
  onMessage(listener: (message: Readonly<Record<string, unknown>>) => void): void;
  stop(): void;
}

export const probe = new URL('./probe.ts', import.meta.url).href;

export function startHelper(file: string, given: readonly string[], env: NodeJS.ProcessEnv = {}): Helper {
  const execArgv = env.SOAK_SAMPLES ? ['--import', probe] : [];
  const child: ChildProcess = fork(fileURLToPath(new URL(file, import.meta.url)), given, {
    env: { ...process.env, ...env },
    execArgv,
    serialization: 'advanced',
  });
  const next = <Answer>(part: string): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const onExit = (): void => reject(new Error(`${file} ended`));
      const take = (message: Readonly<Record<string, unknown>>): void => {
        if (!(part in message)) return;
        child.off('message', take).off('exit', onExit);
        resolve(message as Answer);
      };
      child.on('message', take).once('exit', onExit);
    });
  return {
    next,
    ask(question, part) {
      const answer = next<never>(part);
      child.send(question);
      return answer;
    },
    tell: (message) => void child.send(message),
    onMessage: (listener) => void child.on('message', listener),
    stop: () => void (child.connected && child.disconnect()),
  };
}
