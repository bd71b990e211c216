import { currentContext, DomainError, networkOf, ROUTE_ACCESS, type RouteAccess } from '@app/kernel';
import { type ExecutionContext, Injectable } from '@nestjs/common';
import { ThrottlerGuard } from '@nestjs/throttler';
import { WINDOW_MS } from './limit-options.js';

interface Reply {
  getHeader(name: string): unknown;
  header(name: string, value: string | number): unknown;
}

/** Writes and private reads are limited; public reads are the gateway's business. */
abstract class LimitGuard extends ThrottlerGuard {
  /** Which of the configured limits this guard keeps. */
  protected abstract readonly limit: string;

  private allowed = 0;

  override async onModuleInit(): Promise<void> {
    await super.onModuleInit();
    this.allowed = Number(this.throttlers.find(({ name }) => name === this.limit)?.limit);
  }

  /** The throttler's own looks for decorators that give a route a limit of its own, six times per request; none has. */
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    if (await this.shouldSkip(context)) return true;
    const { req, res } = this.getRequestResponse(context);
    const key = `${this.limit}:${await this.getTracker(req)}`;
    const count = await this.storageService.increment(key, WINDOW_MS, this.allowed, WINDOW_MS, this.limit);
    const remaining = Math.max(0, this.allowed - count.totalHits);
    tell(res as Reply, { limit: this.allowed, remaining, reset: count.timeToExpire });
    if (!count.isBlocked) return true;
    throw new DomainError('too-many-requests', 'Too many requests. Wait as long as Retry-After says.', {
      retryAfter: count.timeToExpire,
    });
  }

  protected override shouldSkip(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return Promise.resolve(true);
    const access = this.reflector.getAllAndOverride<RouteAccess>(ROUTE_ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    const { method } = context.switchToHttp().getRequest<{ method: string }>();
    return Promise.resolve(access === 'public' && (method === 'GET' || method === 'HEAD'));
  }
}

/** Comes before authentication, so that guessing tokens is limited, too. */
@Injectable()
export class AddressLimitGuard extends LimitGuard {
  protected override readonly limit = 'address';

  protected override getTracker(request: { ip: string }): Promise<string> {
    return Promise.resolve(networkOf(request.ip));
  }
}

/** Comes after authentication, which knows who it is. */
@Injectable()
export class UserLimitGuard extends LimitGuard {
  protected override readonly limit = 'user';

  protected override async shouldSkip(context: ExecutionContext): Promise<boolean> {
    return currentContext().caller === undefined || super.shouldSkip(context);
  }

  protected override getTracker(): Promise<string> {
    return Promise.resolve(String(currentContext().caller?.user_id));
  }
}

/** The headers of draft-ietf-httpapi-ratelimit-headers-07, for the limit that is nearest. */
function tell(reply: Reply, { limit, remaining, reset }: { limit: number; remaining: number; reset: number }): void {
  const told = reply.getHeader('ratelimit-remaining');
  if (told !== undefined && Number(told) < remaining) return;
  reply.header('ratelimit-limit', limit);
  reply.header('ratelimit-remaining', remaining);
  reply.header('ratelimit-reset', reset);
}
