import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { injector } from './gateway/inject.js';

/** The running services, asked without a network in between. */
export class Services {
  constructor(private readonly apps: Partial<Record<string, NestFastifyApplication>>) {}

  get names(): string[] {
    return Object.keys(this.apps);
  }

  async get(name: string, url: string): Promise<{ status: number; body: Record<string, unknown> }> {
    const app = this.apps[name];
    return app ? injector(app)({ method: 'GET', url }) : { status: 404, body: {} };
  }
}
