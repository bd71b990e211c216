import type { IncomingMessage, ServerResponse } from 'node:http';
import { BlockList, isIP, type Server } from 'node:net';
import { DomainError, StartFailure } from '@app/kernel';

/** Pages of this machine, whatever port a front-end's own server has. */
export const LOCAL_ORIGINS = 'http://localhost:*, https://localhost:*, http://127.0.0.1:*, http://[::1]:*';

/** How LOCAL_NETWORKS and LOCAL_HOSTS are written. */
export const [NETWORKS, HOSTS] = [/^[0-9a-fA-F.:/, ]*$/, /^[0-9a-zA-Z.,\- ]*$/];

/** What belongs to this machine besides its loopback addresses and names; comma-separated. */
export interface Neighbours {
  /** Addresses or networks. */
  networks?: string | undefined;
  /** Names under which they call it. */
  hosts?: string | undefined;
}

/**
 * Tells requests of this machine from those of others. What it guards has no passwords: the console, the mailbox, the
 * embedded wires, and the demo logins, whose passwords everybody can read.
 */
export class ThisMachine {
  private readonly addresses = new BlockList();
  private readonly names: ReadonlySet<string>;

  /** @throws StartFailure for what is neither an address nor a network. */
  constructor({ networks = '', hosts = '' }: Neighbours = {}) {
    for (const network of ['127.0.0.0/8', '::1', ...listed(networks)]) this.add(network);
    this.names = new Set(['localhost', ...listed(hosts.toLowerCase())]);
  }

  /**
   * Why a request is not from here; undefined where it is. It has to come from here, through every proxy that says so, and
   * call this machine by a name of its own: another may have been made to point here, so that a page could read answers.
   */
  refusal({ socket, headers }: IncomingMessage): DomainError | undefined {
    const callers = [socket.remoteAddress ?? '', ...listed([headers['x-forwarded-for'] ?? []].flat().join())];
    const called = [headers.host ?? '', ...listed([headers['x-forwarded-host'] ?? []].flat().join())];
    if (!callers.every((address) => this.isHere(address)) || headers.forwarded !== undefined)
      return forbidden('This is for callers on the same machine. Others are let in by LOCAL_NETWORKS.');
    if (!called.every((host) => this.isOwnName(host)))
      return forbidden('Call this machine localhost, or by its address. Other names are allowed by LOCAL_HOSTS.');
    return undefined;
  }

  /** The same for what only pages of this machine may read, whatever CORS_ORIGINS lets others read. */
  refusalOfPages(request: IncomingMessage): DomainError | undefined {
    const { origin } = request.headers;
    const foreign = origin !== undefined && !this.isOwnName(URL.parse(origin)?.host ?? '');
    return this.refusal(request) ?? (foreign ? forbidden('This is for pages of the same machine.') : undefined);
  }

  isHere(address: string): boolean {
    const version = isIP(address);
    return version !== 0 && this.addresses.check(address, version === 4 ? 'ipv4' : 'ipv6');
  }

  /** Nobody can make an address point to another one. */
  private isOwnName(host: string): boolean {
    const name = URL.parse(`http://${host}`)?.hostname ?? '';
    return this.names.has(name) || name.endsWith('.localhost') || isIP(name.replace(/^\[|\]$/g, '')) !== 0;
  }

  private add(network: string): void {
    const [address = '', bits] = network.split('/');
    const version = isIP(address);
    const whole = version === 4 ? 32 : 128;
    try {
      this.addresses.addSubnet(
        address,
        bits === undefined ? whole : /^\d+$/.test(bits) ? Number(bits) : NaN,
        version === 4 ? 'ipv4' : 'ipv6',
      );
    } catch {
      throw new StartFailure(`LOCAL_NETWORKS: ${network} is neither an address nor a network such as 10.0.0.0/8.`);
    }
  }
}

/**
 * Lets only programs of this machine speak to a server that emulates AWS. A browser sends its pages' forms to any address;
 * it cannot sign them, and says from where they are.
 */
export function guardWire(server: Server, machine: ThisMachine): void {
  const handlers = server.listeners('request') as ((request: IncomingMessage, response: ServerResponse) => void)[];
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const refusal = machine.refusal(request) ?? fromAPage(request);
    if (!refusal) for (const handler of handlers) handler.call(server, request, response);
    else response.writeHead(403, { 'content-type': 'text/plain', connection: 'close' }).end(refusal.message);
  });
}

function fromAPage({ method, headers }: IncomingMessage): DomainError | undefined {
  const { origin, authorization = '', 'sec-fetch-site': site = 'none' } = headers;
  const signed = method === 'GET' || method === 'HEAD' || authorization.startsWith('AWS4-HMAC-SHA256 ');
  return origin === undefined && site === 'none' && signed
    ? undefined
    : forbidden('This address takes signed requests of AWS clients, and none of a page in a browser.');
}

function listed(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}

function forbidden(sentence: string): DomainError {
  return new DomainError('forbidden', sentence);
}

/** Whether nobody else can reach what listens there. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || new ThisMachine().isHere(host);
}
