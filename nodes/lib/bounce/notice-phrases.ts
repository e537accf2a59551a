/** How mail servers say, in words, that a mail was not delivered. Lower case; looked for as they stand. */
import { phraseList } from './phrase-list.ts';

/** In subjects. */
export const subjectPhrases: readonly string[] = phraseList(`
    error sending message,
    undeliver, returned mail, returned to sender, delivery status notification, delivery failure,
    failure notice, mail delivery failed, delivery failed, delivery has failed, not delivered,
    could not be delivered, couldn't be delivered, could not send message, mail system error,
    nondeliverable, non-deliverable, delivery report, delivery problem, delivery notification,
    delivery error, delivery delayed, delayed mail, message delayed, error sending mail, unable to deliver,
    delivery unsuccessful, mail failure, failed mail, message status, warning: message, rejected mail,
    bounced mail, bounce notification, message you sent blocked, delay in delivery, unzustellbar,
    nicht zustellbar, nicht zugestellt, zustellung fehlgeschlagen, unzustellbare, zustellungsfehler,
    échec de la remise, non remis, échec de remise, n'a pas pu être, no se puede entregar, no entregado,
    devuelto, error de entrega, non recapitabile, mancata consegna, não entregue, falha na entrega,
    não foi possível entregar, onbestelbaar, niet bezorgd, kan inte levereras, niedostarczona,
    nie dostarczono, nedoručitelná, не доставлено, недоставленное, 配信不能, 配信不可, 退信, 无法投递, 未送达,
  `);

/** In the words of the notice itself. */
export const introPhrases: readonly string[] = phraseList(`
    rejected by a remote mail server, recipients was rejected, could not be reached, error delivering, non-delivery,
    undelivered, the recipient name is not recognized, remote host said, permanent failure, fatal errors,
    this report relates to a message you sent, cannot deliver, returned to you,
    wasn't able to deliver, was not able to deliver, unable to deliver your message,
    could not be delivered, couldn't be delivered, wasn't delivered to, was not delivered to,
    message created automatically by mail delivery, created automatically by mail delivery software,
    delivery to the following recipient, delivery has failed to these recipients, delivery failed,
    did not reach the following recipient, this is the mail system at host,
    this is the mail delivery agent, this is the qmail-send program, the following addresses had,
    had permanent fatal errors, had permanent delivery errors, had transient non-fatal errors,
    had delivery problems, had transient errors, undeliverable message, was undeliverable,
    message undeliverable, automatically generated delivery status, unable to deliver, i couldn't deliver,
    delivery attempts, unable to send your message, failed to deliver, message delivery failed,
    not be delivered, the original message was received at, is undeliverable, has been delayed,
    not yet been delivered, message was not delivered, your message was rejected, could not deliver,
    cannot be delivered, permanent error, unable to be delivered, error occurred while trying to deliver,
    problem delivering your message, transcript of session follows, delivery to these recipients,
    not reach the following, konnte nicht zugestellt werden, nicht zugestellt werden,
    fehler bei der zustellung, n'a pas pu être remis, n'a pas pu être distribué, n'a pas été remis,
    no se pudo entregar, no se ha podido entregar, impossibile recapitare,
    non è stato possibile consegnare, não pôde ser entregue, não foi entregue, kon niet worden bezorgd,
    kunde inte levereras, nie mogła zostać dostarczona, nie można było dostarczyć, nebylo možné doručit,
    не может быть доставлено, не удалось доставить, 配信できませんでした, 無法投遞, 无法送达, 邮件被退回,
  `);

/** The server still tries. */
export const delayPhrases: readonly string[] = phraseList(`
    this is a warning message only, you do not need to resend, don't need to resend,
    no action is required on your part, no action is required, will continue to, will be retried,
    will retry, will keep trying, delivery attempts will continue, has been delayed,
    has not yet been delivered, is delayed, still trying, temporary problem, transient non-fatal errors,
    message delayed, not been delivered yet, will try again for, wird weiterhin versucht,
  `);

/** Above the copy of the mail that was not delivered. */
export const copyPhrases: readonly string[] = phraseList(`
    below this line is a copy, this is a copy of the message, a copy of your message,
    original message follows, unsent message below, original message header, message header follows,
    begin of header, message headers follow, copy of the original message, original message -----,
    original message ---, undelivered message, returned message follows, the text of your message,
    your original message, headers of the original, original message headers, message text follows,
    message follows, body of message, --- original, ursprüngliche nachricht, message d'origine,
    forwarded message,
  `);
