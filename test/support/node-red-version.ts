/** Which Node-RED the suite runs on: npm test runs it on both. */
export const nodeRedVersion: 4 | 5 = process.env.NODE_RED === '4' ? 4 : 5;
