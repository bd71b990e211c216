import { CurrentCaller, Roles } from '@app/auth';
import {
  Example,
  IdParam,
  Location,
  type PageBody,
  pageRequest,
  pageResponse,
  Problems,
  RequestPriority,
} from '@app/http';
import { type Claim, Claimed, Idempotent } from '@app/idempotency';
import { type Caller, hasRole } from '@app/kernel';
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { DETAIL_SORTS, PaymentDetailsQueryDto } from '../payments/dto/list-payments.query.dto.js';
import { CreateRefundDto } from './dto/create-refund.dto.js';
import { RefundListDto, RefundResponseDto, toRefundResponse } from './dto/refund-response.dto.js';
import { type RefundedPayment, RefundsService } from './refunds.service.js';

@ApiTags('payments')
@Controller('payments/:payment_id/refunds')
export class RefundsController {
  constructor(private readonly refunds: RefundsService) {}

  @Post()
  @Roles('staff')
  @Idempotent()
  @RequestPriority('critical')
  @Example({ path: { payment_id: 2 }, body: { reason: 'returned', note: 'The mug was broken' } })
  @Location(({ payment_id }: RefundResponseDto) => `/payments/${payment_id}/refunds`)
  @ApiOperation({
    summary: 'Refund a payment',
    description:
      'For staff. All refunds of a payment together never exceed what was captured. While the provider has not said what ' +
      'became of it, the refund is `submitted`, and its money counts as refunded.',
  })
  @ApiCreatedResponse({ type: RefundResponseDto })
  @Problems('refund-exceeds-captured')
  async create(
    @IdParam('payment_id') paymentId: number,
    @Body() body: CreateRefundDto,
    @CurrentCaller() caller: Caller,
    @Claimed() claim?: Claim,
  ): Promise<RefundResponseDto> {
    const answer = ({ payment, refund }: RefundedPayment) => toRefundResponse(payment, true)(refund);
    return answer(await this.refunds.refund(paymentId, body, caller, { claim, answer }));
  }

  @Get()
  @Roles('customer')
  @ApiOperation({ summary: 'List a payment’s refunds', description: 'For its customer and for staff. Oldest first.' })
  @ApiOkResponse({ type: RefundListDto })
  async list(
    @IdParam('payment_id') paymentId: number,
    @Query() query: PaymentDetailsQueryDto,
    @CurrentCaller() caller: Caller,
  ): Promise<PageBody<'refunds', RefundResponseDto>> {
    const request = pageRequest(query, DETAIL_SORTS);
    const { payment, ...page } = await this.refunds.list(paymentId, request, caller);
    return pageResponse('refunds', page, request, toRefundResponse(payment, hasRole(caller, 'staff')));
  }
}
