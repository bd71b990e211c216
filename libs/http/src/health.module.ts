import { Controller, type DynamicModule, Get, Module, SetMetadata, type InjectionToken } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { DomainError, ROUTE_ACCESS, withDeadline } from '@app/kernel';
import { Problems } from './problems.decorator.js';

const CHECK_DEADLINE_MS = 2_000;

/** Whether a dependency answers. Without a critical one the app is not ready; without another it is degraded. */
export interface HealthCheck {
  check: () => Promise<unknown>;
  critical: boolean;
  /** How long the answer may take; default 2 s. */
  deadlineMs?: number;
}

abstract class HealthChecks {
  readonly checks: Record<string, HealthCheck> = {};
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

@ApiTags('health')
@Controller('health')
@SetMetadata(ROUTE_ACCESS, 'public')
class HealthController {
  constructor(private readonly health: HealthChecks) {}

  @Get('live')
  @ApiOperation({ summary: 'Whether the process runs' })
  @ApiOkResponse({ type: LiveDto })
  live(): LiveDto {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Whether the service can do its work' })
  @ApiOkResponse({ type: ReadyDto })
  @Problems('service-unavailable')
  async ready(): Promise<ReadyDto> {
    const entries = Object.entries(this.health.checks);
    const up = await Promise.all(entries.map(([name, check]) => answers(name, check)));
    const checks = Object.fromEntries(entries.map(([name], index) => [name, up[index] ? 'up' : 'down'] as const));
    if (entries.some(([, { critical }], index) => critical && !up[index])) {
      throw new DomainError('service-unavailable', 'A part this service cannot work without does not answer.', {
        details: { checks },
      });
    }
    return { status: up.every(Boolean) ? 'ok' : 'degraded', checks };
  }
}

export interface HealthOptions<D extends unknown[]> {
  inject?: InjectionToken[];
  /** The checks by name, or a factory that gets the injected providers. */
  checks: Record<string, HealthCheck> | ((...dependencies: D) => Record<string, HealthCheck>);
  imports?: NonNullable<DynamicModule['imports']>;
}

/** `GET /health/live` (the process) and `GET /health/ready` (what it depends on, each within 2 s). */
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
          useFactory: (...dependencies: D): HealthChecks => ({
            checks: typeof checks === 'function' ? checks(...dependencies) : checks,
          }),
        },
      ],
    };
  }
}

async function answers(name: string, { check, deadlineMs = CHECK_DEADLINE_MS }: HealthCheck): Promise<boolean> {
  try {
    await withDeadline(check(), deadlineMs, name);
    return true;
  } catch {
    return false;
  }
}
