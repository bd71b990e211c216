import type { IncomingMessage, ServerResponse } from 'node:http';
import { BlockList, isIP, type Server } from 'node:net';
import { DomainError, StartFailure } from '@app/kernel';

/** Pages of this machine on any port, for a front-end's own server. */
export const LOCAL_ORIGINS = 'http://localhost:*, https://localhost:*, http://127.0.0.1:*, http://[::1]:*';

/** The characters of LOCAL_NETWORKS and LOCAL_HOSTS. */
export const [NETWORKS, HOSTS] = [/^[0-9a-fA-F.:/, ]*$/, /^[0-9a-zA-Z.,\- ]*$/];

/** Callers treated like this machine; comma-separated. */
export interface Neighbours {
  /** Addresses or networks. */
  networks?: string | undefined;
  /** Their names for this machine. */
  hosts?: string | undefined;
}

/**
 * Distinguishes requests of this machine from others. It guards parts without passwords: the console, the mailbox, the
 * embedded AWS endpoints, and the demo logins, whose passwords are public.
 */
export class ThisMachine {
  private readonly addresses = new BlockList();
  private readonly names: ReadonlySet<string>;

  /** @throws StartFailure for an invalid address or network. */
  constructor({ networks = '', hosts = '' }: Neighbours = {}) {
    for (const network of ['127.0.0.0/8', '::1', ...listed(networks)]) this.add(network);
    this.names = new Set(['localhost', ...listed(hosts.toLowerCase())]);
  }

  /**
   * Returns why a request is not from this machine; undefined if it is. It must come from here, also according to each
   * proxy, and use one of this machine's own names: an attacker could point another name here to let a page read
   * responses.
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

  /** The same for responses that only pages of this machine may read, whatever CORS_ORIGINS allows. */
  refusalOfPages(request: IncomingMessage): DomainError | undefined {
    const { origin } = request.headers;
    const foreign = origin !== undefined && !this.isOwnName(URL.parse(origin)?.host ?? '');
    return this.refusal(request) ?? (foreign ? forbidden('This is for pages of the same machine.') : undefined);
  }

  isHere(address: string): boolean {
    const version = isIP(address);
    return version !== 0 && this.addresses.check(address, version === 4 ? 'ipv4' : 'ipv6');
  }

  /** IP addresses count as own names, since nobody can redirect them. */
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

const isSignedForAws = (authorization: string) => authorization.startsWith('AWS4-HMAC-SHA256 ');

/**
 * Lets only programs of this machine call a server that emulates AWS or another provider. A browser sends forms of its
 * pages to any address, but cannot sign them, and sends their origin.
 */
export function guardWire(server: Server, machine: ThisMachine, isSigned = isSignedForAws): void {
  const handlers = server.listeners('request') as ((request: IncomingMessage, response: ServerResponse) => void)[];
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const refusal = machine.refusal(request) ?? fromAPage(request, isSigned);
    if (!refusal) for (const handler of handlers) handler.call(server, request, response);
    else response.writeHead(403, { 'content-type': 'text/plain', connection: 'close' }).end(refusal.message);
  });
}

function fromAPage({ method, headers }: IncomingMessage, isSigned: typeof isSignedForAws): DomainError | undefined {
  const { origin, authorization = '', 'sec-fetch-site': site = 'none' } = headers;
  const signed = method === 'GET' || method === 'HEAD' || isSigned(authorization);
  return origin === undefined && site === 'none' && signed
    ? undefined
    : forbidden('This address takes signed requests of programs, and none of a page in a browser.');
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

/** Whether only this machine can reach a server that listens there. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || new ThisMachine().isHere(host);
}
