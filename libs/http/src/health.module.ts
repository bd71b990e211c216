import { Controller, type DynamicModule, Get, Module, SetMetadata, type InjectionToken } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty } from '@nestjs/swagger';
import { withDeadline } from '@app/async';
import { DomainError, ROUTE_ACCESS } from '@app/kernel';
import { Problems } from './problems.decorator.js';
import { Tag } from './tag.decorator.js';

/** For so long an answer is repeated, however often health is requested. */
const CACHE_MS = 300;

/** With `CACHE_MS` it leaves time to tell of an outage within 2 s of its begin. */
const CHECK_DEADLINE_MS = 1_500;

/** Checks a dependency. If a critical one is down, the app is not ready; if another is, it is degraded. */
export interface HealthCheck {
  check: () => Promise<unknown>;
  critical: boolean;
  /** Deadline of the check in milliseconds; default 1.5 s. */
  deadlineMs?: number;
}

type Health = { ready: boolean; checks: Record<string, 'up' | 'down'> };

/** The app's dependencies, by name. */
export class HealthChecks {
  private latest: { at: number; answer: Promise<Health> } | undefined;

  constructor(private readonly checks: Record<string, HealthCheck> = {}) {}

  /** For a dependency that is connected after the module has been created, such as a queue. */
  add(name: string, check: HealthCheck): void {
    this.checks[name] = check;
  }

  /** Returns the current state, at most 0.3 s old; concurrent callers share one check. */
  ask(): Promise<Health> {
    if (this.latest && performance.now() - this.latest.at < CACHE_MS) return this.latest.answer;
    const latest = { at: Number.POSITIVE_INFINITY, answer: this.askAll() };
    void latest.answer.then(() => (latest.at = performance.now()));
    this.latest = latest;
    return latest.answer;
  }

  /** Checks all dependencies at once, each within its deadline. */
  private async askAll(): Promise<Health> {
    const entries = Object.entries(this.checks);
    const up = await Promise.all(entries.map(([name, check]) => this.answers(name, check)));
    return {
      ready: entries.every(([, { critical }], index) => !critical || up[index]),
      checks: Object.fromEntries(entries.map(([name], index) => [name, up[index] ? 'up' : 'down'] as const)),
    };
  }

  protected async answers(name: string, { check, deadlineMs = CHECK_DEADLINE_MS }: HealthCheck): Promise<boolean> {
    try {
      await withDeadline(check(), deadlineMs, name);
      return true;
    } catch {
      return false;
    }
  }
}

class LiveDto {
  @ApiProperty({ type: 'string', enum: ['ok'], example: 'ok' })
  status: 'ok';
}

class ReadyDto {
  @ApiProperty({ type: 'string', enum: ['ok', 'degraded'], example: 'ok' })
  status: 'ok' | 'degraded';

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string', enum: ['up', 'down'] },
    example: { database: 'up' },
  })
  checks: Record<string, 'up' | 'down'>;
}

@Tag('health', 'For load balancers and operators; needs no login.')
@Controller('health')
@SetMetadata(ROUTE_ACCESS, 'public')
class HealthController {
  constructor(private readonly health: HealthChecks) {}

  @Get('live')
  @ApiOperation({
    summary: 'Whether the process runs',
    description: 'Asks nothing else: a process that fails it should be restarted.',
  })
  @ApiOkResponse({ type: LiveDto })
  live(): LiveDto {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({
    summary: 'Whether the service can do its work',
    description: '`degraded` works without a part that it can do without; 503 should get no requests.',
  })
  @ApiOkResponse({ type: ReadyDto })
  @Problems('service-unavailable')
  async ready(): Promise<ReadyDto> {
    const { ready, checks } = await this.health.ask();
    if (!ready) {
      throw new DomainError('service-unavailable', 'A part this service cannot work without does not answer.', {
        details: { checks },
      });
    }
    return { status: Object.values(checks).includes('down') ? 'degraded' : 'ok', checks };
  }
}

export interface HealthOptions<D extends unknown[]> {
  inject?: InjectionToken[];
  /** The checks by name, or a factory that receives the injected providers. */
  checks: Record<string, HealthCheck> | ((...dependencies: D) => Record<string, HealthCheck>);
  imports?: NonNullable<DynamicModule['imports']>;
}

/** `GET /health/live` (the process) and `GET /health/ready` (its dependencies, within 2 s). */
@Module({})
export class HealthModule {
  static forRoot<D extends unknown[]>(options: HealthOptions<D>): DynamicModule {
    const { checks } = options;
    return {
      module: HealthModule,
      imports: options.imports ?? [],
      controllers: [HealthController],
      providers: [
        {
          provide: HealthChecks,
          inject: options.inject ?? [],
          useFactory: (...dependencies: D): HealthChecks =>
            new HealthChecks({ ...(typeof checks === 'function' ? checks(...dependencies) : checks) }),
        },
      ],
      exports: [HealthChecks],
    };
  }
}
