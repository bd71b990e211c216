import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Up to when a provider was asked for its events, by its own clock, and when it is asked again. */
@Entity({ name: 'provider_cursors' })
export class ProviderCursor {
  @PrimaryColumn({ name: 'provider', type: 'varchar', length: 16 })
  provider: string;

  @Column({ name: 'events_until', type: 'datetime', precision: 3 })
  eventsUntil: Date;

  @Column({ name: 'next_run_at', type: 'datetime', precision: 3 })
  nextRunAt: Date;
}
