import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { PaymentProvider } from './payment-provider.js';
import type { ProviderCommands as Asked } from './provider-commands.js';
import type { ProviderEvent, ProviderPayment } from './provider-payment.js';

/** The commands by which the other functions of this service ask the provider; they may be asked twice. */
@Controller()
export class PspController {
  constructor(private readonly provider: PaymentProvider) {}

  @MessagePattern('psp.create')
  create(
    @Payload() { intent, key }: Asked['psp.create'],
  ): Promise<{ provider_ref: string; client_secret: string | null }> {
    return this.provider.create(intent, key);
  }

  @MessagePattern('psp.fetch')
  fetch(@Payload() { provider_ref }: Asked['psp.fetch']): Promise<ProviderPayment> {
    return this.provider.fetch(provider_ref);
  }

  @MessagePattern('psp.capture')
  capture(@Payload() { provider_ref, money, key }: Asked['psp.capture']): Promise<void> {
    return this.provider.capture(provider_ref, money, key);
  }

  @MessagePattern('psp.cancel')
  cancel(@Payload() { provider_ref, key }: Asked['psp.cancel']): Promise<void> {
    return this.provider.cancel(provider_ref, key);
  }

  @MessagePattern('psp.refund')
  refund(@Payload() { refund }: Asked['psp.refund']): Promise<void> {
    return this.provider.refund(refund);
  }

  @MessagePattern('psp.events')
  events(@Payload() { from, until }: Asked['psp.events']): Promise<ProviderEvent[]> {
    return this.provider.events(new Date(from), new Date(until));
  }
}
