import { CurrentCaller, Roles } from '@app/auth';
import { Example, IdParam, OptionalBody, Problems, RequestPriority } from '@app/http';
import type { Caller } from '@app/kernel';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PaymentResponseDto, shownTo, toPaymentResponse } from './dto/payment-response.dto.js';
import { CancelPaymentDto, CapturePaymentDto } from './dto/payment-steps.dto.js';
import { PaymentStepsService } from './payment-steps.service.js';

@ApiTags('payments')
@Controller('payments/:payment_id')
export class PaymentStepsController {
  constructor(private readonly steps: PaymentStepsService) {}

  @Post('capture')
  @Roles('staff')
  @HttpCode(200)
  @OptionalBody()
  @Example({ path: { payment_id: 2 }, body: {} })
  @ApiBody({ type: CapturePaymentDto, required: false })
  @RequestPriority('critical')
  @ApiOperation({
    summary: 'Capture an authorised payment',
    description: 'For staff. Once; what is not captured is released. A captured payment stays as it is.',
  })
  @ApiOkResponse({ type: PaymentResponseDto })
  @Problems('payment-not-capturable', 'payment-provider-unavailable')
  async capture(
    @IdParam('payment_id') paymentId: number,
    @Body() { amount }: CapturePaymentDto,
  ): Promise<PaymentResponseDto> {
    return toPaymentResponse(await this.steps.capture(paymentId, amount), false);
  }

  @Post('cancel')
  @Roles('customer')
  @HttpCode(200)
  @OptionalBody()
  @ApiBody({ type: CancelPaymentDto, required: false })
  @RequestPriority('critical')
  @ApiOperation({
    summary: 'Cancel an open payment',
    description:
      'For its customer until it is authorised, and for staff until it is captured. A cancelled payment stays as it is.',
  })
  @ApiOkResponse({ type: PaymentResponseDto })
  @Problems('payment-not-cancellable', 'payment-provider-unavailable')
  async cancel(
    @IdParam('payment_id') paymentId: number,
    @Body() { reason }: CancelPaymentDto,
    @CurrentCaller() caller: Caller,
  ): Promise<PaymentResponseDto> {
    const payment = await this.steps.cancel(paymentId, caller, reason);
    return shownTo({ caller })(payment);
  }

  @Post('refresh')
  @Roles('staff')
  @HttpCode(200)
  @Example({ path: { payment_id: 2 } })
  @ApiOperation({
    summary: 'Ask the provider about a payment now',
    description: 'For staff. Usually the provider tells by itself what becomes of a payment.',
  })
  @ApiOkResponse({ type: PaymentResponseDto })
  @Problems('payment-provider-unavailable')
  async refresh(@IdParam('payment_id') paymentId: number): Promise<PaymentResponseDto> {
    return toPaymentResponse(await this.steps.refresh(paymentId), false);
  }
}
