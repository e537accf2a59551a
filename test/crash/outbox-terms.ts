/** What the process that is killed and whoever judges it both know. */

/** Put off at the first attempt. */
export function isPutOff(partId: string): boolean {
  return partId.endsWith('7b') || partId.endsWith('3c');
}

/** `careless` sends again what was cut off, though nobody told it to. */
export function policyOf(mode: string): 'hold' | 'resend' {
  return mode === 'resend' || mode === 'careless' ? 'resend' : 'hold';
}
