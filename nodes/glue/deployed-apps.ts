import type { Fields } from './read-app-config.ts';
import type { EmailAppNode } from './running-app.ts';

/** The email-app nodes that are deployed, whether their apps could be opened or not. */
export interface DeployedApps {
  add(node: EmailAppNode, config: Fields): void;
  remove(node: EmailAppNode): void;
  all(): readonly DeployedApp[];
}

export interface DeployedApp {
  readonly node: EmailAppNode;
  readonly config: Fields;
}

export function deployedApps(): DeployedApps {
  const deployed = new Map<EmailAppNode, Fields>();
  return {
    add: (node, config) => void deployed.set(node, config),
    remove: (node) => void deployed.delete(node),
    all: () => [...deployed].map(([node, config]) => ({ node, config })),
  };
}
