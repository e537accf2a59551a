/** About 3 KB with HTML and text, each reader's own. */
const sentence = 'Your order has left our warehouse and will be with you in two to three working days. ';

export const sampleMail = {
  topic: 'Your order {{order}} is on its way',
  payload: `<html><body><h1>Thank you, {{name}}!</h1>\n<p>${sentence.repeat(12)}</p>\n<p><a href="https://example.com/orders/{{order}}">See your order</a></p></body></html>`,
  plaintext: `Thank you, {{name}}!\n\n${`${sentence}\n`.repeat(10)}\nYour order {{order}}\n`,
};

export const recipient = (number: number): string => `c${number}@reader.example`;

/** A mail that Node-RED receives. */
export const receivedMail = [
  'From: Ann <ann@a.example>',
  'To: support@example.com',
  'Subject: A question',
  'Message-ID: <question@a.example>',
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=utf-8',
  '',
  ...Array.from({ length: 60 }, () => 'A line of a mail that somebody wrote by hand.'),
  '.',
  '',
].join('\r\n');
