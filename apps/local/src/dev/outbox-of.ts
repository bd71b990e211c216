import { Database } from '@app/database';
import { Clock } from '@app/kernel';
import { OutboxAdmin } from '@app/outbox';
import type { INestApplicationContext } from '@nestjs/common';

/** The outbox of a running service; undefined if that is another process. */
export function outboxOf(app: INestApplicationContext | undefined): OutboxAdmin | undefined {
  return app && new OutboxAdmin(app.get(Database), app.get<Clock>(Clock));
}
