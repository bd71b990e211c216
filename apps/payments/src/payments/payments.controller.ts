import { CurrentCaller, CurrentVisitor, Guests, Roles } from '@app/auth';
import {
  Example,
  IdParam,
  Location,
  type PageBody,
  pageRequest,
  pageResponse,
  Problems,
  RequestPriority,
  Tag,
} from '@app/http';
import { type Claim, Claimed, Idempotent } from '@app/idempotency';
import type { Caller, Visitor } from '@app/kernel';
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { CreatePaymentDto } from './dto/create-payment.dto.js';
import { PaymentEntryListDto, type PaymentEntryResponseDto, toEntryResponse } from './dto/entry-response.dto.js';
import {
  DETAIL_SORTS,
  ListOrderPaymentsQueryDto,
  ListPaymentsQueryDto,
  PAYMENT_SORTS,
  PaymentDetailsQueryDto,
} from './dto/list-payments.query.dto.js';
import { PaymentListDto, PaymentResponseDto, shownTo, toPaymentResponse } from './dto/payment-response.dto.js';
import type { Payment } from './payment.entity.js';
import { PaymentStartService } from './payment-start.service.js';
import { PaymentsService } from './payments.service.js';

@Tag(
  'payments',
  'A payment is one attempt to pay an order; an order has at most one that is open. The customer’s browser pays it at the ' +
    'provider with `client_secret`: no card number ever comes here. What was paid, refunded and disputed is what the ' +
    'provider says, and every movement is an entry of the ledger.',
)
@Controller()
export class PaymentsController {
  constructor(
    private readonly starting: PaymentStartService,
    private readonly payments: PaymentsService,
  ) {}

  @Post('orders/:order_id/payments')
  @Roles('customer')
  @Guests('order')
  @Idempotent()
  @RequestPriority('critical')
  @Example({ body: { method: 'manual' } })
  @Location((payment: PaymentResponseDto) => `/payments/${payment.payment_id}`)
  @ApiOperation({
    summary: 'Pay an order',
    description:
      'Asks the customer for what the order still costs. Send an `Idempotency-Key`: after a 503 the same key goes on with ' +
      'the same attempt, so that nobody pays twice. `manual` (staff) is captured at once.',
  })
  @ApiCreatedResponse({ type: PaymentResponseDto })
  @Problems('forbidden', 'order-not-payable', 'payment-in-progress', 'payment-provider-unavailable')
  async create(
    @IdParam('order_id') orderId: number,
    @Body() body: CreatePaymentDto,
    @CurrentVisitor() visitor: Visitor,
    @Claimed() claim?: Claim,
  ): Promise<PaymentResponseDto> {
    const answer = (payment: Payment) => toPaymentResponse(payment, true);
    return answer(await this.starting.start(orderId, body, visitor, { claim, answer }));
  }

  @Get('orders/:order_id/payments')
  @Roles('customer')
  @Guests('order')
  @ApiOperation({
    summary: 'List an order’s payments',
    description: 'For its customer, a guest with its token, and for staff. Newest first, unless `sort` says otherwise.',
  })
  @ApiOkResponse({ type: PaymentListDto })
  async listOf(
    @IdParam('order_id') orderId: number,
    @Query() query: ListOrderPaymentsQueryDto,
    @CurrentVisitor() visitor: Visitor,
  ): Promise<PageBody<'payments', PaymentResponseDto>> {
    const request = pageRequest(query, PAYMENT_SORTS);
    const page = await this.payments.listOf(orderId, request, visitor);
    return pageResponse('payments', page, request, shownTo(visitor));
  }

  @Get('payments')
  @Roles('staff')
  @ApiOperation({
    summary: 'List all payments',
    description: 'For staff. Newest first, unless `sort` says otherwise; follow `next_cursor` for the rest.',
  })
  @ApiOkResponse({ type: PaymentListDto })
  async list(
    @Query() query: ListPaymentsQueryDto,
    @CurrentCaller() caller: Caller,
  ): Promise<PageBody<'payments', PaymentResponseDto>> {
    const request = pageRequest(query, PAYMENT_SORTS);
    return pageResponse('payments', await this.payments.list(query, request), request, shownTo({ caller }));
  }

  @Get('payments/:payment_id')
  @Roles('customer')
  @Guests('order')
  @ApiOperation({
    summary: 'Read a payment',
    description: 'Customers read their own, guests those of the order whose token they have, staff read all.',
  })
  @ApiOkResponse({ type: PaymentResponseDto })
  async get(@IdParam('payment_id') paymentId: number, @CurrentVisitor() visitor: Visitor): Promise<PaymentResponseDto> {
    return shownTo(visitor)(await this.payments.get(paymentId, visitor));
  }

  @Get('payments/:payment_id/entries')
  @Roles('staff')
  @ApiOperation({
    summary: 'Read a payment’s ledger',
    description: 'For staff. Every movement of its money, oldest first; entries are only ever added.',
  })
  @ApiOkResponse({ type: PaymentEntryListDto })
  async entries(
    @IdParam('payment_id') paymentId: number,
    @Query() query: PaymentDetailsQueryDto,
  ): Promise<PageBody<'entries', PaymentEntryResponseDto>> {
    const request = pageRequest(query, DETAIL_SORTS);
    const { currency } = await this.payments.getById(paymentId);
    return pageResponse('entries', await this.payments.entries(paymentId, request), request, toEntryResponse(currency));
  }
}
