/** What the webhook variants have in common: the event of about 1 KB, and how many are under way at once. */
export const inFlight = 20;

/** As it is posted; made anew each time, as the flow brings it. */
export const sampleWebhook = (index: number) => ({
  type: 'email.bounced',
  timestamp: new Date().toISOString(),
  data: {
    id: `benchbenchbench1-${index.toString(36)}`,
    emailId: `mail-${index}`,
    app: 'bench',
    recipient: `recipient-${index}@example.org`,
    from: 'shop@example.com',
    class: 'transactional',
    listTopic: 'orders',
    correlationId: `order-${index}`,
    callbackData: 'x'.repeat(200),
    code: 'recipient-refused',
    provider: 'ses',
    detail: {
      severity: 'hard',
      status: '5.1.1',
      diagnostic: `550 5.1.1 <recipient-${index}@example.org>: Recipient address rejected: ${'unknown '.repeat(40)}`,
    },
  },
});
