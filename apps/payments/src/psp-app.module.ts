import type { OutsideFunction } from '@app/service';
import { type DynamicModule, Module } from '@nestjs/common';
import { PspConfig } from './payments.config.js';
import { manifest } from './payments.manifest.js';
import { stripeOf } from './payments-app.module.js';
import { PaymentProvider } from './providers/payment-provider.js';
import { PspController } from './providers/psp.controller.js';

@Module({})
class PspAppModule {
  static forConfig(config: PspConfig): DynamicModule {
    return {
      module: PspAppModule,
      controllers: [PspController],
      providers: [{ provide: PaymentProvider, useFactory: () => stripeOf(config) }],
    };
  }
}

/** The only function with the provider's key, and with a way to the provider. It has no database. */
export const psp: OutsideFunction<PspConfig> = {
  manifest,
  config: PspConfig,
  module: (config) => PspAppModule.forConfig(config),
};
