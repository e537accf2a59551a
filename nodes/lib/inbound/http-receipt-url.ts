/** Address of the endpoint that takes raw mail, made and taken apart. */

/** `baseUrl` includes the path that Node-RED's HTTP nodes are served below. */
export function httpReceiptUrl(baseUrl: string, appId: string): string {
  return `${baseUrl.replace(/\/+$/, '')}/email-app/${appId}/inbound`;
}

const longestPath = 2000;
const path = /\/email-app\/([a-z0-9]{8,32})\/inbound\/?$/;

/** The app's id; what stands before is not looked at: a proxy may serve the endpoint below any path. */
export function readHttpReceiptPath(url: string): string | undefined {
  const [pathname = ''] = url.split(/[?#]/, 1);
  return pathname.length <= longestPath ? path.exec(pathname)?.[1] : undefined;
}
