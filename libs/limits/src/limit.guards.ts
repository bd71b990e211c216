import { currentContext, DomainError, networkOf, ROUTE_ACCESS, type RouteAccess } from '@app/kernel';
import { type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { ThrottlerGuard } from '@nestjs/throttler';
import { WINDOW_MS } from './limit-options.js';

interface Reply {
  getHeader(name: string): unknown;
  header(name: string, value: string | number): unknown;
}

const UNLIMITED = 'limits:none';

/** Leaves a route without limits: for machines that prove who they are, and of which many may come at once. */
export const Unlimited = (): MethodDecorator => SetMetadata(UNLIMITED, true);

/** Limits writes and private reads; the gateway limits public reads. */
abstract class LimitGuard extends ThrottlerGuard {
  /** Which of the configured limits this guard checks. */
  protected abstract readonly limit: string;

  private allowed = 0;

  override async onModuleInit(): Promise<void> {
    await super.onModuleInit();
    this.allowed = Number(this.throttlers.find(({ name }) => name === this.limit)?.limit);
  }

  /** The throttler's own method looks for decorators with a route's own limit, six times per request; we have none. */
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    if (await this.shouldSkip(context)) return true;
    const { req, res } = this.getRequestResponse(context);
    const key = `${this.limit}:${await this.getTracker(req)}`;
    const count = await this.storageService.increment(key, WINDOW_MS, this.allowed, WINDOW_MS, this.limit);
    const remaining = Math.max(0, this.allowed - count.totalHits);
    setHeaders(res as Reply, { limit: this.allowed, remaining, reset: count.timeToExpire });
    if (!count.isBlocked) return true;
    throw new DomainError('too-many-requests', 'Too many requests. Wait as long as Retry-After says.', {
      retryAfter: count.timeToExpire,
    });
  }

  protected override shouldSkip(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return Promise.resolve(true);
    if (this.reflector.get<boolean | undefined>(UNLIMITED, context.getHandler())) return Promise.resolve(true);
    const access = this.reflector.getAllAndOverride<RouteAccess>(ROUTE_ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    const { method } = context.switchToHttp().getRequest<{ method: string }>();
    return Promise.resolve(access === 'public' && (method === 'GET' || method === 'HEAD'));
  }
}

/** Runs before authentication, so that guessing tokens is limited, too. */
@Injectable()
export class AddressLimitGuard extends LimitGuard {
  protected override readonly limit = 'address';

  protected override getTracker(request: { ip: string }): Promise<string> {
    return Promise.resolve(networkOf(request.ip));
  }
}

/** Runs after authentication, which identifies the user, or a guest by what the token is of. */
@Injectable()
export class UserLimitGuard extends LimitGuard {
  protected override readonly limit = 'user';

  protected override async shouldSkip(context: ExecutionContext): Promise<boolean> {
    const { caller, guest } = currentContext();
    return (!caller && !guest) || super.shouldSkip(context);
  }

  protected override getTracker(): Promise<string> {
    const { caller, guest } = currentContext();
    return Promise.resolve(caller ? String(caller.user_id) : `${guest?.of}:${guest?.tokenHash}`);
  }
}

/** Sets the headers of draft-ietf-httpapi-ratelimit-headers-07, for the limit with the fewest requests left. */
function setHeaders(
  reply: Reply,
  { limit, remaining, reset }: { limit: number; remaining: number; reset: number },
): void {
  const previous = reply.getHeader('ratelimit-remaining');
  if (previous !== undefined && Number(previous) < remaining) return;
  reply.header('ratelimit-limit', limit);
  reply.header('ratelimit-remaining', remaining);
  reply.header('ratelimit-reset', reset);
}
