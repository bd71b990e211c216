import { Module } from '@nestjs/common';
import { Payments } from '../payments/payments.js';
import {
  ListProviderEventsCommand,
  ProviderEventsCommand,
  ReplayProviderEventsCommand,
} from './provider-events.commands.js';

@Module({ providers: [ProviderEventsCommand, ListProviderEventsCommand, ReplayProviderEventsCommand, Payments] })
export class ProviderEventsGroup {}
