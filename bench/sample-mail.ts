/** A mail of about 5 KB with HTML and text, as people send it: a heading, some paragraphs, a table, a link. */
const sentence = 'Your order has left our warehouse and will be with you in two to three working days. ';
const row =
  '<tr><td style="padding:4px 12px">Notebook, ruled, 96 pages</td><td align="right">€ 4,90</td></tr>\n';

export const sampleMail = {
  from: 'shop@example.com',
  topic: 'Your order 4711 is on its way',
  html: `<html><body><h1>Thank you!</h1>\n<p>${sentence.repeat(12)}</p>\n<table>${row.repeat(16)}</table>\n<p><a href="https://example.com/orders/4711">See your order</a></p></body></html>`,
  text: `Thank you!\n\n${`${sentence}\n`.repeat(10)}\nSee your order: https://example.com/orders/4711\n`,
};

export const recipient = (index: number): string => `customer${index}@example.net`;

/** Who is on the filled suppression list, from 0 on. The table is sorted by hash, so neighbours here lie far apart there. */
export const listedRecipient = (index: number): string => `gone${index}@example.net`;

/** One in a hundred recipients that are checked. */
export const isListed = (index: number): boolean => index % 100 === 0;
