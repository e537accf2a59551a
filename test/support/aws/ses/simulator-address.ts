// The addresses that take mail even in the sandbox and cost no quota.

export function isSimulator(address: string): boolean {
  return address.toLowerCase().endsWith('@simulator.amazonses.com');
}
