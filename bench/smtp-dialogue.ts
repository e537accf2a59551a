/** Bytes of one SMTP session come in as they arrive; answers go out. Takes everything, and understands PIPELINING. */

const endOfData = Buffer.from('\r\n.\r\n');
const lineEnd = Buffer.from('\r\n');

export interface Rooms {
  /** To a command, without its line end and in capitals. */
  readonly reply: (command: string) => string;
  /** To a mail that is whole. */
  readonly accept: () => string;
}

/** The function wants each chunk in its turn, and gives the answers to what ended in it. */
export function smtpDialogue({ reply, accept }: Rooms): (chunk: Buffer) => string {
  /** Of a command whose end has not come. */
  let begun = '';
  /** While a mail comes: its last bytes so far, in which its end may begin. */
  let tail: Buffer | undefined;

  function takeCommand(line: string): string {
    const command = (begun + line).trim().toUpperCase();
    begun = '';
    if (command === 'DATA') tail = lineEnd;
    return reply(command);
  }

  function takeMail(): string {
    tail = undefined;
    return accept();
  }

  return (chunk) => {
    let answers = '';
    for (let at = 0; at < chunk.length; ) {
      const end = tail ? mailEnd(tail, chunk, at) : chunk.indexOf(10, at) + 1;
      if (end === 0) {
        if (tail) tail = lastBytes(tail, chunk.subarray(at));
        else begun += chunk.toString('latin1', at);
        break;
      }
      answers += tail ? takeMail() : takeCommand(chunk.toString('latin1', at, end));
      at = end;
    }
    return answers;
  };
}

/** Where the next command begins; 0 if the mail goes on. */
function mailEnd(tail: Buffer, chunk: Buffer, from: number): number {
  const seam = Buffer.concat([tail, chunk.subarray(from, from + endOfData.length - 1)]).indexOf(endOfData);
  if (seam !== -1) return from + seam + endOfData.length - tail.length;
  const end = chunk.indexOf(endOfData, from);
  return end === -1 ? 0 : end + endOfData.length;
}

function lastBytes(tail: Buffer, chunk: Buffer): Buffer {
  const most = endOfData.length - 1;
  return chunk.length >= most ? chunk.subarray(-most) : Buffer.concat([tail, chunk]).subarray(-most);
}
