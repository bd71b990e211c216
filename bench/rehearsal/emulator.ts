import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, startServer, stopProcess } from '../../test/support/process.js';

export interface Emulator {
  endpoint: string;
  /** The address of the stack's HTTP API. */
  apiUrl(): Promise<string>;
  stackStatus(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts ministack from its virtual environment, on 127.0.0.1 only. Lambdas run as processes of this Node. */
export async function startEmulator(): Promise<Emulator> {
  const { stdout: bin } = await promisify(execFile)('infra/build/python.sh');
  const folder = await mkdtemp(join(tmpdir(), 'commerce-emulator-'));
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const environment = {
    ...process.env,
    BIND_HOST: '127.0.0.1',
    MINISTACK_HOST: '127.0.0.1',
    GATEWAY_PORT: String(port),
    MINISTACK_REGION: 'eu-west-1',
    LAMBDA_EXECUTOR: 'local',
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
    TMPDIR: folder,
    AWS_ENDPOINT_URL: undefined,
  };
  const settings = Object.entries(environment).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  );
  const ready = async () => {
    const { ok } = await fetch(`${endpoint}/_ministack/health`, { signal: AbortSignal.timeout(1_000) });
    if (!ok) throw new Error('not ready');
  };
  // Its own process group: the emulator does not always end the functions' processes.
  const args = ['env', '-i', ...settings, join(bin.trim(), 'ministack')];
  const child = await startServer('setsid', args, ready);
  return {
    endpoint,
    apiUrl: async () => {
      const { items } = JSON.parse(await ask(endpoint, '/v2/apis', 'apigateway')) as { items: { apiId: string }[] };
      const id = items[0]?.apiId;
      if (!id) throw new Error('The stack has no HTTP API.');
      return `${endpoint}/_aws/execute-api/${id}/$default`;
    },
    stackStatus: async () => {
      const query = '/?Action=DescribeStacks&Version=2010-05-15&StackName=commerce-local';
      return /<StackStatus>(\w+)</.exec(await ask(endpoint, query, 'cloudformation'))?.[1] ?? 'none';
    },
    stop: async () => {
      await stopProcess(child);
      endGroup(child.pid);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The emulator chooses the service by the signature's scope, and checks nothing else in it. */
async function ask(endpoint: string, path: string, service: string): Promise<string> {
  const authorization = `AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/${service}/aws4_request`;
  const answer = await fetch(endpoint + path, { headers: { authorization } });
  return answer.text();
}

function endGroup(leader: number | undefined): void {
  try {
    if (leader !== undefined) process.kill(-leader, 'SIGKILL');
  } catch {
    // No process was left.
  }
}
