import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { map, type Observable } from 'rxjs';
import type { OrderResponseDto } from '../orders/dto/order-response.dto.js';
import { OrderTokens } from './order-tokens.js';

/** Adds a guest's token to the answer, also to one that is repeated: answers are stored without it. */
@Injectable()
export class OrderTokenInterceptor implements NestInterceptor<OrderResponseDto> {
  constructor(private readonly tokens: OrderTokens) {}

  intercept(_: ExecutionContext, next: CallHandler<OrderResponseDto>): Observable<OrderResponseDto> {
    const withToken = (order: OrderResponseDto) => ({ ...order, order_token: this.tokens.of(order.order_ref) });
    return next.handle().pipe(map((order) => (order.user_id === null ? withToken(order) : order)));
  }
}
