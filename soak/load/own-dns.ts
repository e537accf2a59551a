import { Resolver } from 'node:dns/promises';

/** Every look-up of this process asks the server at `address` (`127.0.0.1:5353`), so that nothing leaves the machine. */
export function askOwnDns(address: string): void {
  const { resolve } = Resolver.prototype;
  Resolver.prototype.resolve = function (this: Resolver, ...question: [never, never]) {
    this.setServers([address]);
    return resolve.apply(this, question);
  } as typeof resolve;
}
