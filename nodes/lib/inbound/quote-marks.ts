/** How mail programs mark the mail they answer: attribution lines, separators and header blocks in common languages. */

/** `On <date>, <name> wrote:`: how such a line begins, and the word it has for writing. */
const attributions: readonly (readonly [begins: RegExp, has: RegExp])[] = [
  [/^(on|at|in) /i, / wrote:$| writes:$/i],
  [/^(am|on|an) /i, / schrieb\b| geschrieben:$/i],
  [/^(le|on) /i, / a écrit\s*:$| a ecrit\s*:$/i],
  [/^(el|en) /i, / escribió\s*:$| escribi[oó]\s*:$/i],
  [/^(il|in data|il giorno) /i, / ha scritto\s*:$/i],
  [/^(em|no dia|a) /i, / escreveu\s*:$/i],
  [/^op /i, / schreef\b| het volgende geschreven:$/i],
  [/^(den|på|d\.) /i, / skrev\b/i],
  [/^(w dniu|dnia|on|pt\.|pon\.|wt\.|śr\.|czw\.|sob\.|niedz\.) /i, / napisał| pisze/i],
  [/^(dne|on|po|út|st|čt|pá|so|ne) /i, / napsal/i],
  [
    /^\d/,
    / (wrote|schrieb|a écrit|escribió|ha scritto|escreveu|schreef|skrev|napisał|kirjoitti|пишет|написал)\b.{0,40}:$/i,
  ],
  [/^\S/, / (пишет|написал\(?а?\)?)\s*:$/i],
  [/^\d{4}[年/-]/, /(写道|寫道|のメール|さんは書きました)\s*[:：]$/],
  [/^在/, /写道\s*[:：]$/],
  [
    /^\S/,
    /<[^<>\s]{1,254}@[^<>\s]{1,254}> ?(wrote|schrieb|a écrit|escribió|ha scritto|escreveu|schreef|skrev|kirjoitti) ?:$/i,
  ],
];

/** `line`: one line, folded ones joined with blanks, at most some 2,000 characters. */
export function isAttribution(line: string): boolean {
  return attributions.some(([begins, has]) => begins.test(line) && has.test(line));
}

const separatorWords =
  /^(original message|original appointment|ursprüngliche nachricht|originalnachricht|message d'origine|message original|mensaje original|messaggio originale|mensagem original|oorspronkelijk bericht|ursprungligt meddelande|oprindelig meddelelse|opprinnelig melding|wiadomość oryginalna|oryginalna wiadomość|původní zpráva|исходное сообщение|原始邮件|元のメッセージ|reply message)$/i;

/** `-----Original Message-----`; a line of underscores is Outlook's above its header block. */
export function isSeparator(line: string): boolean {
  const text = line.trim();
  if (text.length < 10 || text.length > 100) return false;
  if (/^_{20,}$/.test(text)) return true;
  const dashes = /^-{2,}/.exec(text)?.[0].length ?? 0;
  return dashes > 0 && text.endsWith('--') && separatorWords.test(trimDashes(text));
}

const forwardWords =
  /^(begin forwarded message:|(forwarded message|forwarded by .{1,60}|weitergeleitete nachricht|anfang der weitergeleiteten nachricht:|message transféré|mensaje reenviado|messaggio inoltrato|mensagem encaminhada|doorgestuurd bericht|vidarebefordrat meddelande|wiadomość przekazana dalej|пересылаемое сообщение|转发的邮件|转发邮件信息|転送メッセージ))$/i;

/** What follows is what the author wants to show. */
export function isForwardMark(line: string): boolean {
  const text = line.trim();
  return text.length <= 120 && forwardWords.test(trimDashes(text));
}

function trimDashes(text: string): string {
  let [start, end] = [0, text.length];
  while (text[start] === '-') start += 1;
  while (end > start && text[end - 1] === '-') end -= 1;
  return text.slice(start, end).trim();
}

/** The names of From, of Sent or Date, of To and of Subject. */
const headerNames: readonly (readonly string[])[] = [
  ['from', 'von', 'de', 'da', 'van', 'från', 'fra', 'od', 'от', 'lähettäjä', '发件人', '寄件者', '差出人'],
  [
    'sent',
    'date',
    'gesendet',
    'datum',
    'envoyé',
    'enviado',
    'enviado el',
    'fecha',
    'inviato',
    'data',
    'enviada em',
    'verzonden',
    'skickat',
    'sendt',
    'wysłano',
    'odesláno',
    'отправлено',
    'дата',
    'lähetetty',
    '发送时间',
    '日期',
    '送信日時',
  ],
  [
    'to',
    'an',
    'à',
    'para',
    'a',
    'aan',
    'till',
    'til',
    'do',
    'komu',
    'кому',
    'vastaanottaja',
    '收件人',
    '宛先',
  ],
  [
    'subject',
    'betreff',
    'objet',
    'asunto',
    'oggetto',
    'assunto',
    'onderwerp',
    'ämne',
    'emne',
    'temat',
    'předmět',
    'тема',
    'aihe',
    '主题',
    '主旨',
    '件名',
  ],
];

/** Outlook quotes nothing and writes a header block above the mail: three of its four lines are enough. */
export function isHeaderBlock(lines: readonly string[], at: number): boolean {
  if (!hasName(lines[at], headerNames[0])) return false;
  const block = lines.slice(at + 1, at + 7);
  const found = headerNames.slice(1).filter((names) => block.some((line) => hasName(line, names)));
  return found.length >= 2;
}

function hasName(line: string | undefined, names: readonly string[] | undefined): boolean {
  const name = /^[\s*]{0,4}([^:：*]{1,20}?)[\s*]{0,3}[:：]/u.exec(line ?? '')?.[1];
  return name !== undefined && (names ?? []).includes(name.trim().toLowerCase());
}
