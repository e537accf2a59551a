// Whether the user who signed may do what is asked, and the sentence of the real service when not.
import { AwsError } from './aws-error.ts';
import type { AwsUser, AwsWorld } from './aws-world.ts';
import { allows } from './policy.ts';
import type { Rights, Service } from './service.ts';

export function checkAccess(world: AwsWorld, user: AwsUser, service: Service, rights: Rights): void {
  for (const action of rights.actions) {
    for (const resource of rights.resources) {
      const denied = world.deny.has(action);
      const allowed = !user.policy || allows(user.policy, { action, resource, context: rights.context });
      if (denied || !allowed) throw refusal(world, user, { service, action, resource });
    }
  }
}

interface Refused {
  readonly service: Service;
  readonly action: string;
  readonly resource: string;
}

function refusal({ accountId, deny }: AwsWorld, { name }: AwsUser, refused: Refused): AwsError {
  const { service, action, resource } = refused;
  const user = `arn:aws:iam::${accountId}:user/${name}`;
  const why = deny.has(action)
    ? 'with an explicit deny in an identity-based policy'
    : `because no identity-based policy allows the ${action} action`;
  const on = resource === '*' ? '' : ` on resource: ${resource}`;
  const said = action.startsWith('ses:Send')
    ? `User \`${user}' is not authorized to perform \`${action}' on resource \`${resource}'`
    : `User: ${user} is not authorized to perform: ${action}${on} ${why}`;
  return new AwsError(service.refusals.denied, said, 403);
}
