/** Address of the endpoint that SNS posts to, made and taken apart. */

/** `baseUrl` includes the path that Node-RED's HTTP nodes are served below. */
export function snsUrl(baseUrl: string, appId: string): string {
  return `${baseUrl.replace(/\/+$/, '')}/email-app/${appId}/sns`;
}

const longestPath = 2000;
const path = /\/email-app\/([a-z0-9]{8,32})\/sns\/?$/;

/** The app's id; what stands before is not looked at: a proxy may serve the endpoint below any path. */
export function readSnsPath(url: string): string | undefined {
  const [pathname = ''] = url.split(/[?#]/, 1);
  return pathname.length <= longestPath ? path.exec(pathname)?.[1] : undefined;
}
