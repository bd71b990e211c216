import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type Inject, injector } from './gateway/inject.js';

/** The running services by name, for their health and documents. */
export class Services {
  constructor(private readonly ways: Readonly<Record<string, Inject>>) {}

  /** Services in this process, called without a network. */
  static inProcess(apps: Partial<Record<string, NestFastifyApplication>>): Services {
    return new Services(
      Object.fromEntries(Object.entries(apps).flatMap(([name, app]) => (app ? [[name, injector(app)]] : []))),
    );
  }

  get names(): string[] {
    return Object.keys(this.ways);
  }

  async get(name: string, url: string): Promise<{ status: number; body: Record<string, unknown> }> {
    return (await this.ways[name]?.({ method: 'GET', url })) ?? { status: 404, body: {} };
  }
}
