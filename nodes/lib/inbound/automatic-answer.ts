/** A mail comes in; whether a program wrote it in answer to another goes out (RFC 3834 and what was there before it). */
import { allFields, firstField } from '../received/received-fields.ts';
import type { ParsedMail } from '../received/received-mail.ts';

const markHeaders: readonly string[] = [
  'x-autoreply',
  'x-autorespond',
  'x-autoresponder',
  'x-auto-reply',
  'x-autoreply-from',
  'x-mail-autoreply',
  'x-vacation',
  'x-cron-env',
  'x-ms-exchange-inbox-rules-loop',
];

/** Subjects of absence notes; people write them, too, so they count only beside another mark. */
const absence =
  /^\s*(auto(matic|mated|matische)?[- ]?(re(ply|sponse|sponder)|antwort)|autoreply|out of (the )?office|ooo\b|away from|vacation|on leave|abwesen|automatische antwort|automatisches? antwort|réponse automatique|absence|absent|respuesta autom|fuera de la oficina|ausencia|risposta automatica|fuori (sede|ufficio)|assenza|resposta autom|fora do escritório|ausência|automatisch antwoord|afwezig|niet aanwezig|autosvar|automatiskt svar|automatisk svar|frånvaro|fravær|odpowiedź automatyczna|autoodpowiedź|nieobecno|automatická odpověď|mimo kancelář|автоответ|автоматический ответ|отсутств|自動応答|自動返信|不在|自动回复|自動回覆|poissaolo|automaattinen vastaus)/i;

export function isAutomaticAnswer(mail: ParsedMail): boolean {
  const { headers } = mail;
  const says = (name: string, test: RegExp) =>
    allFields(headers, name).some((value) => test.test(value.trim()));
  if (says('auto-submitted', /^auto-(replied|notified)/i)) return true;
  if (markHeaders.some((name) => says(name, /^(?!(no|false|0)?$)/i))) return true;
  if (says('precedence', /^auto[_-]?reply/i) || isDispositionNote(mail)) return true;
  return saysAbsent(mail) && hasMark(mail, says);
}

/** RFC 8098: a program tells that a mail was shown or deleted. */
function isDispositionNote({ headers }: ParsedMail): boolean {
  return /^\s*multipart\/report\b.*disposition-notification/i.test(
    firstField(headers, 'content-type').slice(0, 1000),
  );
}

function saysAbsent({ subject }: ParsedMail): boolean {
  return absence.test(subject.replace(/^\s*((re|aw|antw|sv|rv)\s*:\s*)+/i, ''));
}

function hasMark(mail: ParsedMail, says: (name: string, test: RegExp) => boolean): boolean {
  if (says('auto-submitted', /^auto-/i) || says('precedence', /^(bulk|junk|list)$/i)) return true;
  if (says('x-auto-response-suppress', /\S/)) return true;
  return mail.envelope.from === '' || says('return-path', /^(<\s*>)?$/);
}
