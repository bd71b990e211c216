import { EnumField, IdField, MoneyField, pageDto, TextField, TimeField } from '@app/http';
import { formatMoney } from '@app/kernel';
import { ENTRY_KINDS, type EntryKind } from '../ledger.js';
import type { PaymentEntry } from '../payment-entry.entity.js';
import { MAX_AMOUNT } from './amounts.js';

export class PaymentEntryResponseDto {
  @IdField()
  entry_id: number;

  @EnumField(ENTRY_KINDS, { example: 'captured' })
  kind: EntryKind;

  @MoneyField({ max: MAX_AMOUNT, example: 5_998 })
  amount: string;

  @TextField({ min: 1, max: 255, example: 'ch_1Example', description: 'What moved it at the provider.' })
  provider_ref: string;

  @TimeField()
  at: string;
}

export const PaymentEntryListDto = pageDto('entries', PaymentEntryResponseDto);

export const toEntryResponse =
  (currency: string) =>
  ({ entryId, kind, amount, providerRef, at }: PaymentEntry): PaymentEntryResponseDto => ({
    entry_id: entryId,
    kind,
    amount: formatMoney(amount, currency),
    provider_ref: providerRef,
    at: at.toISOString(),
  });
