import { IntegerField, NumberField } from '@app/http';
import { type Faults, MOST_MS } from '../stripe/settings.js';

const Share = () => NumberField({ min: 0, max: 1, optional: true });

/** The faults of the embedded Stripe that a person or a program may switch; what is left out stays as it is. */
export class FaultsDto implements Partial<Faults> {
  @Share()
  lose_answers?: number;

  @Share()
  drop_events?: number;

  @Share()
  duplicate_events?: number;

  @Share()
  shuffle_events?: number;

  @IntegerField({ min: 0, max: MOST_MS, optional: true })
  delay_events_ms?: number;
}
